// Package certificate keeps the certificate with which the listeners speak TLS: a pair of PEM files,
// or one that is asked for by ACME (RFC 8555).
//
// A Keeper always has a certificate that was good when it was taken, or, by ACME, will have one once
// somebody asks. Files are looked at now and then and when it is told to; a pair that has changed is
// taken when it is whole, and else the one before stays and the reason is told once. Connections that
// stand keep theirs. What becomes of it is told in sentences through Config.Tell; nothing else ever
// leaves the package than tls.Config, which has TLS 1.2 and later, and names.
package certificate
