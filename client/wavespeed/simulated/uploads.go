package simulated

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"seedreel/client/simulator"
)

// ticket answers with the address to PUT a file to, as used by the current
// SDKs.
func (v *dialect) ticket(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Name string `json:"filename"`
		Size int64  `json:"size"`
		Type string `json:"content_type"`
	}
	body, no := simulator.ReadBody(w, r)
	if no == nil && json.Unmarshal(body, &ask) != nil {
		no = &simulator.Refusal{Status: http.StatusBadRequest, Message: "the request body is not a JSON object"}
	}
	switch {
	case no != nil:
	case ask.Name == "":
		no = &simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{Field: "filename", Flaw: simulator.FlawMissing}}}
	case ask.Size <= 0:
		no = &simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{Field: "size", Flaw: simulator.FlawMissing}}}
	case ask.Size > simulator.MaxUpload:
		no = &simulator.Refusal{Status: http.StatusRequestEntityTooLarge, Message: "file too large"}
	}
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	t := v.Permit(r, ask.Name, ask.Type, ask.Size)
	data := uploaded(&t.Stored)
	data["upload"] = map[string]any{
		"method": http.MethodPut, "url": t.Address,
		"headers": map[string]string{"Content-Type": t.Type}, "expires_at": t.Expires.Format(time.RFC3339),
	}
	v.answer(w, data)
}

// binary accepts a file as a form, as sent by the documentation's samples and
// older SDKs.
func (v *dialect) binary(w http.ResponseWriter, r *http.Request) {
	x, err := v.receiveForm(w, r)
	switch {
	case errors.Is(err, simulator.ErrTooBig):
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusRequestEntityTooLarge, Message: "file too large"})
	case errors.Is(err, errNoFile):
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{Field: "file", Flaw: simulator.FlawMissing}}})
	case err != nil:
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusBadRequest, Message: "the upload could not be read"})
	default:
		v.answer(w, uploaded(&x))
	}
}

var errNoFile = errors.New("no file in the form")

func (v *dialect) receiveForm(w http.ResponseWriter, r *http.Request) (simulator.Stored, error) {
	const formRoom = 1 << 20 // for the form around the file
	r.Body = http.MaxBytesReader(w, r.Body, simulator.MaxUpload+formRoom)
	form, err := r.MultipartReader()
	if err != nil {
		return simulator.Stored{}, errors.Join(errNoFile, err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return simulator.Stored{}, errNoFile
		}
		if err != nil {
			return simulator.Stored{}, fmt.Errorf("reading a form: %w", err)
		}
		if part.FormName() == "file" {
			return v.Store(r, part.FileName(), part.Header.Get("Content-Type"), part)
		}
	}
}

func uploaded(x *simulator.Stored) map[string]any {
	kind, _, _ := strings.Cut(x.Type, "/")
	return map[string]any{"type": kind, "download_url": x.Link, "filename": x.Name, "size": x.Size}
}
