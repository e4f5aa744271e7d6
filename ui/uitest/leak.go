package uitest

import "go.uber.org/goleak"

// LeakOptions returns the goleak options for packages that test with this one.
// The library's key reader passes a key that arrives at the very end of a
// program to a channel without a reader, and stays there; a real program has
// exited by then.
func LeakOptions() []goleak.Option {
	return []goleak.Option{
		goleak.IgnoreAnyFunction("github.com/charmbracelet/ultraviolet.(*TerminalReader).StreamEvents"),
	}
}
