//go:build !unix

package files_test

import "errors"

func makePipe(string) error { return errors.ErrUnsupported }
