package simulated

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
)

// Manner is a form in which the AI/ML API answers: its own samples and
// captures differ in all of this. The zero Manner is the latest form seen.
type Manner struct {
	// Created is the HTTP status of an accepted create: 200 (0) or 201, as in
	// its schemas until late 2025.
	Created int `json:"created,omitempty"`
	// ID is the form of ids: "nano" (""), "ark" for passed-through upstream
	// ids, or "uuid", which includes the model and with it ":" and "/".
	ID string `json:"id,omitempty"`
	// Done is the status of a finished job: "completed" (""), "succeeded" or
	// "complete".
	Done string `json:"done,omitempty"`
	// Usage is which cost figures the create returns: "both" (""), "credits",
	// "tokens" or "none".
	Usage string `json:"usage,omitempty"`
	// Log is the form of the request log: "full" (""), "tokenless" without the
	// callers' names of requests, "unpaged" without a word on further pages,
	// or "cursor", which names the next page in a way not documented.
	Log string `json:"log,omitempty"`
}

func (d *Manner) check() error {
	for _, x := range []struct {
		what, got string
		known     []string
	}{
		{"form of ids", d.ID, []string{"", "nano", "ark", "uuid"}},
		{"word for done", d.Done, []string{"", "completed", "succeeded", "complete"}},
		{"form of the log", d.Log, []string{"", "full", "tokenless", "unpaged", "cursor"}},
		{"form of usage", d.Usage, []string{"", "both", "credits", "tokens", "none"}},
	} {
		if !slices.Contains(x.known, x.got) {
			return fmt.Errorf("reading a manner: %q is no %s", x.got, x.what)
		}
	}
	if d.Created != 0 && d.Created != http.StatusOK && d.Created != http.StatusCreated {
		return fmt.Errorf("reading a manner: %d is no status of a create", d.Created)
	}
	return nil
}

// over returns d with its unset fields filled from o.
func (d *Manner) over(o *Manner) Manner {
	return Manner{
		Created: cmp.Or(d.Created, o.Created), ID: cmp.Or(d.ID, o.ID),
		Done: cmp.Or(d.Done, o.Done), Usage: cmp.Or(d.Usage, o.Usage),
		Log: cmp.Or(d.Log, o.Log),
	}
}

// newID returns an id in the dialect's form. The upstream's clock is China's.
func (d *Manner) newID(now time.Time, m *catalogue.Model) string {
	switch d.ID {
	case "ark":
		return "cgt-" + now.In(time.FixedZone("", 8*60*60)).Format("20060102150405") + "-" + letters(5)
	case "uuid":
		h := simulator.HexID()
		return fmt.Sprintf("%s-%s-4%s-a%s-%s:%s", h[:8], h[8:12], h[13:16], h[17:20], h[20:], m.ID)
	}
	return nanoID()
}

// nanoID returns an id of 21 URL-safe characters, as in the AI/ML API's
// samples.
func nanoID() string {
	const alphabet = "useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict"
	var b [21]byte
	_, _ = rand.Read(b[:]) // never fails: the runtime stops the program instead
	for i := range b {
		b[i] = alphabet[b[i]&63]
	}
	return string(b[:])
}

// letters returns n random lower-case letters and digits.
func letters(n int) string { return strings.ToLower(rand.Text()[:n]) }

// usage returns the cost block of a create response, nil for none.
func (d *Manner) usage(t *simulator.Task) map[string]any {
	switch {
	case d.Usage == "none":
		return nil
	case d.Usage == "tokens": // the upstream's published formula
		return map[string]any{"tokens_used": t.Width * t.Height * simulator.Frames(t.Seconds) / 1024}
	case t.Price == 0:
		return nil
	case d.Usage == "credits":
		return map[string]any{"credits_used": credits(t.Price)}
	}
	return map[string]any{"credits_used": credits(t.Price), "usd_spent": t.Price}
}

// Shape is one of the error bodies that the AI/ML API answers with.
type Shape string

// The shapes, as captured or documented.
const (
	ShapeA       Shape = "a"        // requestId, statusCode, timestamp, path, message
	ShapeAText   Shape = "a_string" // the same with the status as text, as the docs have it
	ShapeB       Shape = "b"        // title, status, message
	ShapeC       Shape = "c"        // error with message and type, as OpenAI's
	ShapeEmpty   Shape = "empty"
	ShapeNull    Shape = "null"
	ShapeHTML    Shape = "html"
	shapeDefault Shape = ""
)

func (s Shape) known() bool {
	return slices.Contains([]Shape{ShapeA, ShapeAText, ShapeB, ShapeC, ShapeEmpty, ShapeNull, ShapeHTML, shapeDefault}, s)
}

// mannerOf returns the manner in which to answer a request.
func (v *dialect) mannerOf(r *http.Request) Manner {
	f := simulator.Scripted(r.Context())
	if f == nil {
		return v.manner
	}
	m, err := readManner(f.Dialect)
	if err != nil {
		return v.manner // such a fault is not taken in the first place
	}
	return m.over(&v.manner)
}

// readManner reads the manner given in a fault; without one it is the zero
// Manner.
func readManner(b []byte) (Manner, error) {
	var m Manner
	if len(b) == 0 {
		return m, nil
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, fmt.Errorf("reading a manner: %w", err)
	}
	return m, m.check()
}

// CheckFault returns why the service never answers in the form of a fault.
func (v *dialect) CheckFault(f *simulator.Fault) error {
	if !Shape(f.Shape).known() {
		return fmt.Errorf("%q is no error shape", f.Shape)
	}
	_, err := readManner(f.Dialect)
	return err
}
