package wavespeed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/rest"
)

const uploading = "uploading"

var errOver = errors.New("the ticket for the upload ended before it came")

// ticket is the answer to POST /media/uploads (JS SDK 0.3, Python SDK 2).
type ticket struct {
	DownloadURL rest.Text `json:"download_url"`
	Upload      struct {
		Method  rest.Text                  `json:"method"`
		URL     rest.Text                  `json:"url"`
		Headers map[string]json.RawMessage `json:"headers"`
		Expires rest.Text                  `json:"expires_at"`
	} `json:"upload"`
}

// HandOver uploads a file and returns its link, which lives 7 days. It
// requests a ticket, and uses the older form upload where the service knows no
// tickets.
func (p *Provider) HandOver(ctx context.Context, f client.File, progress func(sent, total int64)) (string, error) {
	if !p.noTickets.Load() {
		t, err := p.ticket(ctx, f)
		if err == nil {
			return p.put(ctx, t, f, progress)
		}
		e, ok := errors.AsType[*client.Error](err)
		if !ok || (e.Status != http.StatusNotFound && e.Status != http.StatusMethodNotAllowed) {
			return "", err
		}
		p.noTickets.Store(true)
	}
	return p.form(ctx, f, progress)
}

func (p *Provider) ticket(ctx context.Context, f client.File) (*ticket, error) {
	body, err := json.Marshal(struct {
		Filename    string `json:"filename"`
		Size        int64  `json:"size"`
		ContentType string `json:"content_type,omitempty"`
	}{f.Name, f.Size, f.MIME})
	if err != nil {
		return nil, rest.Invalid(Name, uploading, err)
	}
	var t ticket
	var date string
	err = p.rest.Upload(ctx, rest.Call{
		Op: uploading, Method: http.MethodPost, Path: "/api/v3/media/uploads",
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(bytes.NewReader(body)), Size: int64(len(body)),
	}, func(a *rest.Answer) bool {
		var e envelope
		if rest.Decode(a.Body, &e) != nil {
			return false
		}
		date = a.Header.Get("Date")
		return rest.Object(e.Data, &t) && t.Upload.URL != "" && t.DownloadURL != ""
	})
	if err != nil {
		return nil, err
	}
	if t.over(date) {
		return nil, &client.Error{Kind: client.KindUnavailable, Provider: Name, Op: uploading, Err: errOver}
	}
	return &t, p.CheckLink(string(t.DownloadURL))
}

// CheckLink returns an error for the link of an upload that must not be sent
// with a request.
func (p *Provider) CheckLink(link string) error { return p.rest.CheckLink(uploading, link) }

// method returns how the ticket wants the bytes: it is part of the link's
// signature.
func (t *ticket) method() (string, error) {
	switch m := strings.ToUpper(strings.TrimSpace(string(t.Upload.Method))); m {
	case "":
		return http.MethodPut, nil
	case http.MethodPut, http.MethodPost:
		return m, nil
	default:
		return "", &client.Error{Kind: client.KindUnavailable, Provider: Name, Op: uploading, Err: fmt.Errorf("the ticket asks for the method %.20q", m)}
	}
}

// over reports whether the ticket ended before its answer was sent, by the
// service's own clock.
func (t *ticket) over(answered string) bool {
	ends, err := time.Parse(time.RFC3339, string(t.Upload.Expires))
	if err != nil {
		return false
	}
	at, err := http.ParseTime(answered)
	return err == nil && !ends.After(at)
}

// put sends the bytes to the ticket's address, with the ticket's headers and
// no others: they are part of the link's signature.
func (p *Provider) put(ctx context.Context, t *ticket, f client.File, progress func(sent, total int64)) (string, error) {
	h := http.Header{}
	for k, v := range t.Upload.Headers {
		for _, item := range rest.List(v) {
			h.Add(k, string(rest.TextOf(item)))
		}
	}
	method, err := t.method()
	if err != nil {
		return "", err
	}
	body, err := open(f, progress)
	if err != nil {
		return "", err
	}
	defer body.stop()
	err = p.rest.Upload(ctx, rest.Call{
		Op: uploading, Method: method, Link: string(t.Upload.URL), Header: h, Body: body, Size: f.Size,
	}, nil)
	if err := body.blame(err); err != nil {
		return "", err
	}
	return string(t.DownloadURL), nil
}

// form sends the file as the only field of a form (POST /media/upload/binary),
// as the vendor's desktop program and Go SDK do.
func (p *Provider) form(ctx context.Context, f client.File, progress func(sent, total int64)) (string, error) {
	var head bytes.Buffer
	w := multipart.NewWriter(&head)
	if _, err := w.CreatePart(partHeader(f)); err != nil {
		return "", rest.Invalid(Name, uploading, fmt.Errorf("writing the form: %w", err))
	}
	tail := "\r\n--" + w.Boundary() + "--\r\n"
	size := int64(head.Len()) + f.Size + int64(len(tail))

	body, err := open(f, progress)
	if err != nil {
		return "", err
	}
	defer body.stop()
	var got struct {
		DownloadURL rest.Text `json:"download_url"`
	}
	err = p.rest.Upload(ctx, rest.Call{
		Op: uploading, Method: http.MethodPost, Path: "/api/v3/media/upload/binary",
		Header: http.Header{"Content-Type": {w.FormDataContentType()}},
		Body: struct {
			io.Reader
			io.Closer
		}{io.MultiReader(&head, body, strings.NewReader(tail)), body},
		Size: size,
	}, func(a *rest.Answer) bool {
		var e envelope
		return rest.Decode(a.Body, &e) == nil && rest.Object(e.Data, &got) && got.DownloadURL != ""
	})
	if err := body.blame(err); err != nil {
		return "", err
	}
	return string(got.DownloadURL), p.CheckLink(string(got.DownloadURL))
}

// partHeader returns a file's part header with its real type; CreateFormFile
// would declare every file an octet stream.
func partHeader(f client.File) textproto.MIMEHeader {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, f.Name)
	kind := f.MIME
	if kind == "" {
		kind = "application/octet-stream"
	}
	return textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`},
		"Content-Type":        {kind},
	}
}
