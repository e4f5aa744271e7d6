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

// Where clips are served, with a plain link and with a signed one.
const (
	outputPath = "/files/outputs/"
	signedPath = "/files/signed/"
)

// signedLife is how long a signed link works, and tosTime how it writes time.
const (
	signedLife = 24 * time.Hour
	tosTime    = "20060102T150405Z"
)

// fileRoutes registers what is fetched without a key.
func (s *Simulator) fileRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+uploadPath+"{id}/{name}", s.serveUpload)
	mux.HandleFunc("PUT "+ticketPath+"{id}", s.putTicket)
	mux.HandleFunc("GET "+outputPath+"{file}", s.serveOutput)
	mux.HandleFunc("GET "+signedPath+"{file}", s.serveSigned)
}

// done finds the finished task behind the name of a clip.
func (s *Simulator) done(provider, file string) (Task, progress, bool) {
	name, ok := strings.CutSuffix(file, ".mp4")
	if !ok {
		return Task{}, progress{}, false
	}
	id, ok := s.tasks.named(name)
	if !ok && s.journal.catchUp() == nil {
		id, ok = s.tasks.named(name)
	}
	t, found := s.task(provider, id)
	if !ok || !found || t.Text != "" || s.tasks.forgotten(id) {
		return Task{}, progress{}, false
	}
	p := t.at(s.now(), s.speed)
	return t, p, p.stage == stageDone
}

// serveOutput answers a plain link, for as long as the service keeps outputs.
func (s *Simulator) serveOutput(w http.ResponseWriter, r *http.Request) {
	t, p, ok := s.done(providerWaveSpeed, r.PathValue("file"))
	if !ok || s.now().Sub(p.ended) > retention {
		storageError(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
		return
	}
	s.serveClip(w, r, &t, p)
}

// serveSigned answers a link that holds its own permission. Such storage wants
// no other: a request that brings a key as well is refused.
func (s *Simulator) serveSigned(w http.ResponseWriter, r *http.Request) {
	t, p, ok := s.done(providerAIMLAPI, r.PathValue("file"))
	switch {
	case !ok:
		storageError(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
	case r.Header.Get("Authorization") != "":
		storageError(w, http.StatusBadRequest, "InvalidArgument", "Only one auth mechanism allowed")
	case r.URL.Query().Encode() != signature(&t, p.ended).Encode():
		storageError(w, http.StatusForbidden, "SignatureDoesNotMatch", "The request signature does not match.")
	case s.now().After(p.ended.Add(signedLife)):
		storageError(w, http.StatusForbidden, "AccessDenied", "Request has expired")
	default:
		s.serveClip(w, r, &t, p)
	}
}

// signature is the query of a signed link: it starts when the clip was ready.
func signature(t *Task, ready time.Time) url.Values {
	stamp := ready.UTC().Format(tosTime)
	mac := hmac.New(sha256.New, []byte(t.ID))
	mac.Write([]byte(stamp))
	return url.Values{
		"X-Tos-Algorithm":     {"TOS4-HMAC-SHA256"},
		"X-Tos-Credential":    {"simulator/" + stamp[:8] + "/local/tos/request"},
		"X-Tos-Date":          {stamp},
		"X-Tos-Expires":       {strconv.Itoa(int(signedLife / time.Second))},
		"X-Tos-Signature":     {hex.EncodeToString(mac.Sum(nil))},
		"X-Tos-SignedHeaders": {"host"},
	}
}

// serveClip sends the clip with ranges and a tag made from its bytes.
func (s *Simulator) serveClip(w http.ResponseWriter, r *http.Request, t *Task, p progress) {
	clip, err := s.studio.clip(r.Context(), t)
	if err != nil {
		storageError(w, http.StatusInternalServerError, "InternalError", err.Error())
		return
	}
	w.Header().Set("Content-Type", "video/mp4")
	tag := sha256.Sum256(clip)
	if f := scripted(r.Context()); f != nil && f.Kind == KindNewETag {
		tag = sha256.Sum256(tag[:])
	}
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, tag))
	http.ServeContent(w, r, "", p.ended, bytes.NewReader(clip))
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
	_, _ = w.Write(b) // the reader has gone, nobody is left to tell
}
