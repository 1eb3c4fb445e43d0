// Package enginetest stands in for an origin where one would only be in the way: in the
// tests of the window, of the control layer and of the admin API.
//
// Fake is a whole engine.Service in memory. Its states change when a test says so and not
// otherwise, it writes down every order that it was given, and it can be told to refuse.
// Promises holds any engine, the fake one included, to what engine.Service says.
package enginetest
