package uitest

import "go.uber.org/goleak"

// LeakOptions are for goleak in packages that test with this one. The key
// reader of the library hands a key that comes at the very end of a program to
// a channel that nobody reads any more, and stays there; a real program is
// gone by then.
func LeakOptions() []goleak.Option {
	return []goleak.Option{
		goleak.IgnoreAnyFunction("github.com/charmbracelet/ultraviolet.(*TerminalReader).StreamEvents"),
	}
}
