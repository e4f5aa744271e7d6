package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// ControlPath is the prefix of the simulator's own endpoints, where no service
// has any:
//
//	GET    faults   the pending faults
//	POST   faults   add one fault or a list, as JSON
//	DELETE faults   remove them all
//	GET    tasks    every accepted submit
//	GET    bill     what the accounts were charged and refunded
const ControlPath = "/_simulator/"

// serveControl answers the simulator's own endpoints. A page in a browser can
// also post to this machine, but not JSON without a preflight request.
func (s *Simulator) serveControl(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, ControlPath) {
	case "GET faults":
		s.sendFaults(w)
	case "POST faults":
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
			WriteJSON(w, http.StatusUnsupportedMediaType, map[string]string{"error": "the body must be application/json"})
			return
		}
		faults, err := readFaults(http.MaxBytesReader(w, r.Body, maxBody))
		if err == nil {
			err = s.Script(faults...)
		}
		if err != nil {
			WriteJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		s.sendFaults(w)
	case "DELETE faults":
		s.ClearFaults()
		s.sendFaults(w)
	case "GET tasks":
		WriteJSON(w, http.StatusOK, map[string]any{"tasks": append([]Task{}, s.Tasks()...)})
	case "GET bill":
		WriteJSON(w, http.StatusOK, map[string]any{"bill": append([]Entry{}, s.Bill()...)})
	default:
		WriteJSON(w, http.StatusNotFound, map[string]string{"error": "no such endpoint of the simulator"})
	}
}

func (s *Simulator) sendFaults(w http.ResponseWriter) {
	var out []*Fault
	for _, f := range s.Faults() {
		out = append(out, &f)
	}
	WriteJSON(w, http.StatusOK, map[string]any{"faults": append([]*Fault{}, out...)})
}

// readFaults reads one fault or a list.
func readFaults(r io.Reader) ([]Fault, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, errors.New("the body could not be read")
	}
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '{' {
		b = append(append([]byte{'['}, b...), ']')
	}
	var out []Fault
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("reading the faults: %w", err)
	}
	if len(out) == 0 {
		return nil, errors.New("no fault was given")
	}
	return out, nil
}
