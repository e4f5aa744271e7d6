// Package views is the floor of the screens: one folder a screen, the program
// that routes between them (app), and the same actions as plain lines (cli).
//
// It stands on ui (the terminal), state (what is true) and client (the
// services), and nothing stands on it but main. The direction of imports is
// checked by the test of this package.
package views
