package download

import (
	"os"

	"golang.org/x/sys/windows"
)

// links returns how many names a file has, 1 if unknown.
func links(f *os.File) uint64 {
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(windows.Handle(f.Fd()), &info); err != nil {
		return 1
	}
	return uint64(info.NumberOfLinks)
}
