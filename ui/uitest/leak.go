package uitest

import (
	"reflect"
	"runtime"

	uv "github.com/charmbracelet/ultraviolet"
	"go.uber.org/goleak"
)

// LeakOptions returns the goleak options for packages that test with this one.
// The library's key reader passes a key that arrives at the very end of a
// program to a channel without a reader, and stays there; a real program has
// exited by then. The reader's name is asked of the reader: it begins with the
// path of the module that holds it, which a replacement changes.
func LeakOptions() []goleak.Option {
	reader := reflect.ValueOf((*uv.TerminalReader).StreamEvents).Pointer()
	return []goleak.Option{
		goleak.IgnoreAnyFunction(runtime.FuncForPC(reader).Name()),
	}
}
