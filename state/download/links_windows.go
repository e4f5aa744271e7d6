package download

import (
	"os"

	"golang.org/x/sys/windows"
)

// links is how many names a file has, 1 when that is not known.
func links(f *os.File) uint64 {
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(windows.Handle(f.Fd()), &info); err != nil {
		return 1
	}
	return uint64(info.NumberOfLinks)
}
