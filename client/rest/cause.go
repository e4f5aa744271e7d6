package rest

import (
	"errors"
	"net/url"
	"strings"
)

// cause is an underlying error with its text made safe. The chain stays, so
// that errors.Is finds context.Canceled and the like.
type cause struct {
	text string
	err  error
}

// Error returns the safe text.
func (c *cause) Error() string { return c.text }

// Unwrap returns the underlying error.
func (c *cause) Unwrap() error { return c.err }

// cause adds where a request went, by host and path only, to an error.
func (c *Client) cause(call *Call, err error) error {
	where := c.base.Host + "/" + strings.TrimPrefix(c.base.JoinPath(call.Path).Path, "/")
	if call.Link != "" {
		if u, perr := url.Parse(call.Link); perr == nil {
			where = u.Host + u.Path
		}
	}
	err = bare(err)
	return &cause{text: c.key.Redact(where + ": " + err.Error()), err: err}
}

// bare strips the URL off an error: it may be signed, and a signature is as
// good as a key.
func bare(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
