package simulated

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
)

// Sort returns the operation a request asks for.
func (v *dialect) Sort(r *http.Request, body func() []byte) simulator.Asked {
	path := r.URL.Path
	begins := func(heads ...string) bool {
		return slices.ContainsFunc(heads, func(h string) bool { return strings.HasPrefix(path, h) })
	}
	video := slices.ContainsFunc(v.Catalogue().All(), func(m *catalogue.Model) bool {
		return m.Provider == ID && slices.Contains(paths(m), path)
	})
	a := simulator.Asked{Op: simulator.OpOther}
	switch {
	case video && r.Method == http.MethodPost:
		a.Op = simulator.OpSubmit
		var named struct {
			Model string `json:"model"`
		}
		if json.Unmarshal(body(), &named) == nil {
			a.Model = named.Model
		}
	case video:
		a.Op, a.Task = simulator.OpPoll, r.URL.Query().Get("generation_id")
	case path == "/v2/logs":
		a.Op = simulator.OpHistory
	case begins("/v1/models", "/model/", "/docs-json"):
		a.Op = simulator.OpModels
	case begins("/v2/", "/v1/"):
		a.Op = simulator.OpAccount
	}
	return a
}

// TooMany is the refusal of a submit over a limit, the same for each of them.
func (v *dialect) TooMany(simulator.Limit) simulator.Refusal {
	return simulator.Refusal{Status: http.StatusTooManyRequests, Message: v.Words(http.StatusTooManyRequests)}
}

// Words returns the text that the service was seen to send with a status.
func (v *dialect) Words(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return v.MissingKey().Message
	case http.StatusInternalServerError:
		return "Something wrong with the server. Please, try again later."
	case http.StatusServiceUnavailable:
		return "Service unavailable"
	case http.StatusGatewayTimeout:
		return "Generation timeout"
	}
	return http.StatusText(status)
}

// Needs reports whether a client depends on a text of an answer.
func (v *dialect) Needs(key, _ string) bool {
	switch key {
	case "id", "status", "url", "created_at", "created", "model", "model_id":
		return true
	}
	return false
}
