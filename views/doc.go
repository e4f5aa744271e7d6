// Package views contains the screens: one folder a screen, the program that
// routes between them (app), and the same actions as plain lines (cli).
//
// It imports ui (the terminal), state (the data) and client (the services);
// only main imports it. A test of this package checks the direction of imports.
package views
