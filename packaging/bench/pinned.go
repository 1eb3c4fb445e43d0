package main

import (
	"net/http"
	"runtime"
)

// pinned keeps each request on a thread of its own, so that its processor time can be told.
func pinned(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		next.ServeHTTP(w, r)
	})
}
