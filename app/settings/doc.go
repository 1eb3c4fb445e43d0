// Package settings knows what can be set and where it was set: by a flag, by an environment
// variable, in the settings file, or nowhere.
//
// A Settings value is the outcome for one run of a program: flag before environment before
// file before default. A Document is the file alone, and a Store the only thing that writes
// it; what a flag or the environment says never finds its way into the file.
package settings
