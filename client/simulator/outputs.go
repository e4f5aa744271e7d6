package simulator

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The paths of files, and among them of clips with a plain and with a signed
// link.
const (
	filesPath  = "/files/"
	outputPath = filesPath + "outputs/"
	signedPath = filesPath + "signed/"
)

// tosTime is the time layout of a signed link.
const tosTime = "20060102T150405Z"

// The extensions of a clip and of the picture of its last frame.
const (
	clipExt  = ".mp4"
	stillExt = ".png"
)

// fileRoutes registers the files that are fetched without a key.
func (s *Simulator) fileRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+uploadPath+"{id}/{name}", s.serveUpload)
	mux.HandleFunc("PUT "+ticketPath+"{id}", s.putTicket)
	mux.HandleFunc("GET "+outputPath+"{file}", s.serveOutput)
	mux.HandleFunc("GET "+signedPath+"{file}", s.serveSigned)
}

// ClipLink returns a link to a finished task's clip.
func (s *Simulator) ClipLink(r *http.Request, t *Task) string { return s.outputLink(r, t, clipExt) }

// LastFrameLink returns a link to the picture of a finished task's last frame.
// Only a task with LastFrame has one.
func (s *Simulator) LastFrameLink(r *http.Request, t *Task) string {
	return s.outputLink(r, t, stillExt)
}

func (s *Simulator) outputLink(r *http.Request, t *Task, ext string) string {
	v := s.voice(t.Provider)
	if v == nil || !v.terms.SignedLinks {
		return s.Link(r, outputPath+t.file()+ext)
	}
	return s.Link(r, signedPath+t.file()+ext) + "?" + signature(t, s.Progress(t).Ended, v.terms.LinkLife).Encode()
}

// output is a finished task's file, as named by a link.
type output struct {
	task  Task
	ready time.Time
	life  time.Duration
	still bool
}

// expired reports whether the link is past its life.
func (o *output) expired(now time.Time) bool { return now.After(o.ready.Add(o.life)) }

// done returns the finished task of a file, from a service with such links.
func (s *Simulator) done(file string, signed bool) (output, bool) {
	name, still := strings.CutSuffix(file, stillExt)
	if !still {
		var ok bool
		if name, ok = strings.CutSuffix(file, clipExt); !ok {
			return output{}, false
		}
	}
	id, ok := s.tasks.named(name)
	if !ok && s.journal.catchUp() == nil {
		id, ok = s.tasks.named(name)
	}
	t, found := s.tasks.get(id)
	v := s.voice(t.Provider)
	if !ok || !found || v == nil || v.terms.SignedLinks != signed || t.Text != "" || still && !t.LastFrame || s.tasks.forgotten(id) {
		return output{}, false
	}
	p := s.Progress(&t)
	return output{t, p.Ended, v.terms.LinkLife, still}, p.Stage == StageDone
}

// serveOutput answers a plain link, for as long as the service keeps outputs.
func (s *Simulator) serveOutput(w http.ResponseWriter, r *http.Request) {
	o, ok := s.done(r.PathValue("file"), false)
	if !ok || o.expired(s.now()) {
		storageError(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
		return
	}
	s.sendOutput(w, r, &o)
}

// serveSigned answers a link that carries its own permission. Such storage
// accepts no other: a request that also has a key is refused.
func (s *Simulator) serveSigned(w http.ResponseWriter, r *http.Request) {
	o, ok := s.done(r.PathValue("file"), true)
	switch {
	case !ok:
		storageError(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
	case r.Header.Get("Authorization") != "":
		storageError(w, http.StatusBadRequest, "InvalidArgument", "Only one auth mechanism allowed")
	case r.URL.Query().Encode() != signature(&o.task, o.ready, o.life).Encode():
		storageError(w, http.StatusForbidden, "SignatureDoesNotMatch", "The request signature does not match.")
	case o.expired(s.now()):
		storageError(w, http.StatusForbidden, "AccessDenied", "Request has expired")
	default:
		s.sendOutput(w, r, &o)
	}
}

// signature returns the query of a signed link, valid from when the clip was
// ready.
func signature(t *Task, ready time.Time, life time.Duration) url.Values {
	stamp := ready.UTC().Format(tosTime)
	mac := hmac.New(sha256.New, []byte(t.ID))
	mac.Write([]byte(stamp))
	return url.Values{
		"X-Tos-Algorithm":     {"TOS4-HMAC-SHA256"},
		"X-Tos-Credential":    {"simulator/" + stamp[:8] + "/local/tos/request"},
		"X-Tos-Date":          {stamp},
		"X-Tos-Expires":       {strconv.Itoa(int(life / time.Second))},
		"X-Tos-Signature":     {hex.EncodeToString(mac.Sum(nil))},
		"X-Tos-SignedHeaders": {"host"},
	}
}

// sendOutput sends a file, with ranges and a tag computed from its bytes.
func (s *Simulator) sendOutput(w http.ResponseWriter, r *http.Request, o *output) {
	kind := "video/mp4"
	data, err := s.studio.clip(r.Context(), &o.task)
	if o.still {
		kind = "image/png"
		data, err = still(&o.task)
	}
	if err != nil {
		storageError(w, http.StatusInternalServerError, "InternalError", err.Error())
		return
	}
	w.Header().Set("Content-Type", kind)
	tag := sha256.Sum256(data)
	if f := Scripted(r.Context()); f != nil && f.Kind == KindNewETag {
		tag = sha256.Sum256(tag[:])
	}
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, tag))
	http.ServeContent(w, r, "", o.ready, bytes.NewReader(data))
}

// storageError answers as object stores do.
func storageError(w http.ResponseWriter, status int, code, message string) {
	type body struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
		Message string
	}
	b, err := xml.Marshal(body{Code: code, Message: message})
	if err != nil {
		http.Error(w, code, status)
		return
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = w.Write(b) // the reader has gone, so the error is of no use
}
