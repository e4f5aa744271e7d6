// Package rest is the HTTP layer of all services: it sends a request once,
// reports exactly what is known about its fate, and lets nothing of the key or
// of a signed link out.
//
// It knows no service. A service supplies paths, bodies and a reader of its
// error bodies, and gets answers or a *client.Error back. Nothing here
// retries: the steps of the queue do, because they know what a repeat would
// cost.
package rest
