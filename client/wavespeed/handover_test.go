package wavespeed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"seedreel/client"
)

func file(data []byte) client.File {
	return client.File{
		Name: `a "b".png`, MIME: "image/png", Size: int64(len(data)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
	}
}

var picture = bytes.Repeat([]byte("seedance"), 40_000)

func TestHandOverByTicket(t *testing.T) {
	t.Parallel()
	var put []byte
	p := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "POST /api/v3/media/uploads":
			var got map[string]any
			if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
				t.Error(err)
			}
			if got["filename"] != `a "b".png` || got["size"] != float64(len(picture)) || got["content_type"] != "image/png" || r.Header.Get("Authorization") == "" {
				t.Errorf("asked for a ticket with %v, headers %v", got, r.Header)
			}
			_, _ = fmt.Fprintf(w, `{"code":200,"message":"success","data":{"type":"image","download_url":"https://cdn.wavespeed.ai/in/a.png","filename":"a.png","size":1,
				"upload":{"method":"PUT","url":"http://%s/bucket/a?X-Sig=hush","headers":{"Content-Type":"image/png","X-Amz-Meta-A":["1"]},"expires_at":"2126-11-21T12:00:00Z"}}}`, r.Host)
		case "PUT /bucket/a":
			put, _ = io.ReadAll(r.Body)
			if r.URL.RawQuery != "X-Sig=hush" || r.Header.Get("Content-Type") != "image/png" || r.Header.Get("X-Amz-Meta-A") != "1" ||
				r.Header.Get("Authorization") != "" || r.ContentLength != int64(len(picture)) {
				t.Errorf("PUT %s with %v", r.URL, r.Header)
			}
		default:
			t.Errorf("asked %s %s", r.Method, r.URL)
		}
	})
	var last, calls int64
	link, err := p.HandOver(t.Context(), file(picture), func(sent, total int64) {
		if sent <= last || total != int64(len(picture)) {
			t.Errorf("progress went from %d to %d of %d", last, sent, total)
		}
		last, calls = sent, calls+1
	})
	if err != nil || link != "https://cdn.wavespeed.ai/in/a.png" {
		t.Errorf("HandOver = %q, %v", link, err)
	}
	if !bytes.Equal(put, picture) || last != int64(len(picture)) || calls < 2 {
		t.Errorf("the service got %d bytes of %d; progress ended at %d after %d calls", len(put), len(picture), last, calls)
	}
}

func TestHandOverFallsBackToTheForm(t *testing.T) {
	t.Parallel()
	for _, unknown := range []int{http.StatusNotFound, http.StatusMethodNotAllowed} {
		var tickets, forms atomic.Int32
		p := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/v3/media/uploads" {
				tickets.Add(1)
				w.WriteHeader(unknown)
				return
			}
			forms.Add(1)
			f, h, err := r.FormFile("file")
			if err != nil {
				t.Error(err)
				return
			}
			data, _ := io.ReadAll(f)
			if !bytes.Equal(data, picture) || h.Filename != "a _b_.png" || h.Header.Get("Content-Type") != "image/png" ||
				r.URL.Path != "/api/v3/media/upload/binary" || r.Header.Get("Authorization") != "Bearer "+canary {
				t.Errorf("form to %s: %d bytes, %q, %v", r.URL, len(data), h.Filename, h.Header)
			}
			_, _ = io.WriteString(w, `{"code":200,"message":"success","data":{"type":"image","download_url":"https://cdn.test/a.png","filename":"a.png","size":1}}`)
		})
		for range 2 {
			var last int64
			link, err := p.HandOver(t.Context(), file(picture), func(sent, _ int64) { last = sent })
			if err != nil || link != "https://cdn.test/a.png" || last != int64(len(picture)) {
				t.Errorf("HandOver = %q, %v, progress %d", link, err, last)
			}
		}
		if tickets.Load() != 1 || forms.Load() != 2 {
			t.Errorf("after a %d: %d tickets and %d forms for two files, want 1 and 2", unknown, tickets.Load(), forms.Load())
		}
	}
}

// A link that cannot be used is the link's fault: the service that gave it was
// reached.
func TestABadUploadLinkIsNotTheNetwork(t *testing.T) {
	t.Parallel()
	for name, upload := range map[string]string{
		"a refused port": `{"method":"PUT","url":"http://127.0.0.1:1/a?X-Sig=hush","headers":{}}`,
		"a bad header":   `{"method":"PUT","url":"http://127.0.0.1:1/a","headers":{"X-A":"b\r\nc"}}`,
		"a bad name":     `{"method":"PUT","url":"http://127.0.0.1:1/a","headers":{"X A:":"b"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := serve(t, says(200, `{"code":200,"data":{"download_url":"https://cdn.wavespeed.ai/in/a.png","upload":`+upload+`}}`))
			_, err := p.HandOver(t.Context(), file(picture), func(int64, int64) {})
			e, ok := errors.AsType[*client.Error](err)
			if !ok || e.Kind == client.KindNotSent || !strings.Contains(e.Message, "the link it gave cannot be used") || strings.Contains(err.Error(), "hush") {
				t.Errorf("HandOver gave %v", err)
			}
		})
	}
}

// A link that leads to no public place is no part of a paid request, whichever
// way the upload went.
func TestALinkThatLeadsInsideIsNotHandedOver(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		"/x/y.png", "file:///etc/passwd", "http://169.254.169.254/latest/meta-data", "javascript:alert(1)", "http://cdn.example.com/a.png",
		"https://10.0.0.1/a.png", "https://user:hush@cdn.example.com/a.png", "https://[fd00::1]/a.png", "https://0x7f000001/a.png", "https://2130706433/a.png",
		"https://metadata.google.internal/a", "//cdn.example.com/a.png", " https://cdn.example.com/a.png", "https:///a.png", "data:image/png;base64,AAAA",
		"https://cdn.example.com/a.png\nHost: x",
	} {
		for _, status := range []int{200, 404} { // with a ticket, and without
			p := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				said, err := json.Marshal(map[string]any{"data": map[string]any{
					"download_url": link, "upload": map[string]any{"method": "PUT", "url": "http://" + r.Host + "/put"},
				}})
				if err != nil {
					t.Error(err)
				}
				switch {
				case r.Method == http.MethodPut:
					t.Errorf("%q: bytes were sent", link)
				case strings.HasSuffix(r.URL.Path, "/media/uploads"):
					says(status, string(said))(w, r)
				default:
					says(200, string(said))(w, r)
				}
			})
			got, err := p.HandOver(t.Context(), file(picture), func(int64, int64) {})
			e, ok := errors.AsType[*client.Error](err)
			if !ok || e.Kind != client.KindUnavailable || !strings.Contains(e.Message, "the link it gave cannot be used") || strings.Contains(err.Error(), "hush") {
				t.Errorf("%q, ticket %d: HandOver = %q, %v", link, status, got, err)
			}
		}
	}
}

func TestHandOverErrors(t *testing.T) {
	t.Parallel()
	ticketFor := func(url string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				_, _ = io.Copy(io.Discard, r.Body)
				w.WriteHeader(http.StatusForbidden)
				_, _ = io.WriteString(w, `<Error><Code>SignatureDoesNotMatch</Code></Error>`)
				return
			}
			_, _ = fmt.Fprintf(w, `{"data":{"download_url":"https://x.test","upload":{"url":%q}}}`, strings.ReplaceAll(url, "HOST", r.Host))
		}
	}
	short, long := file(picture), file(picture)
	short.Size++
	long.Size--
	gone := file(nil)
	gone.Open = func() (io.ReadCloser, error) { return nil, os.ErrNotExist }
	here := ticketFor("http://HOST/put?sig=hush")
	for _, tc := range []struct {
		name string
		h    http.HandlerFunc
		f    client.File
		want client.Kind
		is   error
	}{
		{"ticket 401", says(401, `{"message":"no"}`), file(picture), client.KindUnauthorized, nil},
		{"ticket 413", says(413, ``), file(picture), client.KindInvalid, nil},
		{"ticket 500", says(500, ``), file(picture), client.KindUnavailable, nil},
		{"ticket without a link", says(200, `{"data":{"download_url":"https://x.test","upload":{}}}`), file(picture), client.KindUnavailable, nil},
		{"ticket to plain http elsewhere", ticketFor("http://198.51.100.1/x?sig=hush"), file(picture), client.KindInvalid, nil},
		{"PUT refused", here, file(picture), client.KindUnavailable, nil},
		{"file gone", here, gone, client.KindInvalid, os.ErrNotExist},
		{"file shorter than it was", here, short, client.KindInvalid, errChanged},
		{"file longer than it was", here, long, client.KindInvalid, errChanged},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			link, err := serve(t, tc.h).HandOver(t.Context(), tc.f, nil)
			if link != "" || client.KindOf(err) != tc.want || (tc.is != nil && !errors.Is(err, tc.is)) {
				t.Errorf("HandOver = %q, %v, want kind %q and %v", link, err, tc.want, tc.is)
			}
			if err != nil && (strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), canary)) {
				t.Errorf("the error leaks: %v", err)
			}
		})
	}
}

func TestAGrowingFileIsNoticedBeforeItsLastByte(t *testing.T) {
	t.Parallel()
	f := file([]byte("picture"))
	f.Size--
	b, err := open(f, nil)
	if err != nil {
		t.Fatal(err)
	}
	// net/http reads the announced size first, and further only afterwards.
	if _, err := io.ReadAll(io.LimitReader(b, f.Size)); !errors.Is(err, errChanged) {
		t.Errorf("reading the announced size: %v, want %v", err, errChanged)
	}
}

func TestNoProgressAfterTheEnd(t *testing.T) {
	t.Parallel()
	calls := 0
	b, err := open(file([]byte("picture")), func(int64, int64) { calls++ })
	if err != nil {
		t.Fatal(err)
	}
	b.stop()
	if _, err := io.ReadAll(b); err != nil || calls != 0 {
		t.Errorf("%d reports after stop, %v", calls, err)
	}
}

func TestATicketsMethodAndEndAreKept(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		method, expires, want string
	}{
		{"PUT", "2126-01-01T00:00:00Z", "PUT"},
		{"post", "2126-01-01T00:00:00Z", "POST"},
		{"", "", "PUT"},
		{"", "soon", "PUT"},
		{"DELETE", "2126-01-01T00:00:00Z", ""},
		{"GET /x HTTP/1.1", "", ""},
		{"PUT", "2020-01-01T00:00:00Z", ""},
	} {
		methods := make(chan string, 1)
		p := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/v3/media/uploads" {
				_, _ = fmt.Fprintf(w, `{"code":200,"data":{"download_url":"https://cdn.wavespeed.ai/a","upload":{"method":%q,"url":"http://%s/put","expires_at":%q}}}`, tc.method, r.Host, tc.expires)
				return
			}
			_, _ = io.Copy(io.Discard, r.Body)
			methods <- r.Method
		})
		_, err := p.HandOver(t.Context(), file(picture), func(int64, int64) {})
		sent := ""
		select {
		case sent = <-methods:
		default:
		}
		if sent != tc.want || (err == nil) != (tc.want != "") || tc.want == "" && client.KindOf(err) != client.KindUnavailable {
			t.Errorf("%q until %q: sent by %q, %v, want %q", tc.method, tc.expires, sent, err, tc.want)
		}
	}
}
