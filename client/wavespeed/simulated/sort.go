package simulated

import (
	"errors"
	"net/http"
	"strings"

	"seedreel/client/simulator"
)

// Sort returns the operation a request asks for.
func (v *dialect) Sort(r *http.Request, _ func() []byte) simulator.Asked {
	rest := strings.TrimPrefix(r.URL.Path, root)
	id, isPoll := strings.CutPrefix(rest, "predictions/")
	a := simulator.Asked{Op: simulator.OpOther}
	switch {
	case rest == "predictions":
		a.Op = simulator.OpHistory
	case rest == "predictions/delete":
		a.Op = simulator.OpDelete
	case isPoll:
		a.Op, a.Task = simulator.OpPoll, strings.TrimSuffix(id, "/result")
	case strings.HasPrefix(rest, "media/"):
		a.Op = simulator.OpUpload
	case rest == "models":
		a.Op = simulator.OpModels
	case rest == "model/price", rest == "model/pricing":
		a.Op = simulator.OpPrice
	case rest == "balance", rest == "billings/search", rest == "user/usage_stats", rest == "webhook/secret":
		a.Op = simulator.OpAccount
	case r.Method == http.MethodPost:
		a.Op, a.Model = simulator.OpSubmit, rest
	}
	return a
}

// TooMany is the refusal of a submit over a limit, the same for each of them.
func (v *dialect) TooMany(simulator.Limit) simulator.Refusal {
	return simulator.Refusal{Status: http.StatusTooManyRequests, Message: v.Words(http.StatusTooManyRequests)}
}

// Words returns the text that the service was seen to send with a status.
func (v *dialect) Words(status int) string {
	if status == http.StatusUnauthorized {
		return v.MissingKey().Message
	}
	return http.StatusText(status)
}

// Needs reports whether a client depends on a text of an answer.
func (v *dialect) Needs(key, value string) bool {
	switch key {
	case "id", "status", "get", "url", "download_url", "method", "expires_at", "created_at", "uuid", "model", "model_id", "Content-Type":
		return true
	}
	return key == "outputs" && strings.HasPrefix(value, "http")
}

// CheckFault rejects faults in a form of their own: the service has only one.
func (v *dialect) CheckFault(f *simulator.Fault) error {
	if f.Shape != "" || len(f.Dialect) > 0 {
		return errors.New(ID + " has one form of answers only")
	}
	return nil
}
