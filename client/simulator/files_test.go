package simulator_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seedreel/assets"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/simulator"
)

func TestTicketUpload(t *testing.T) {
	t.Parallel()
	data, _ := assets.SampleImage("morning.png")
	for _, dir := range []string{"", t.TempDir()} {
		b := newBench(t, func(o *simulator.Options) { o.UploadDir = dir })
		ask := fmt.Sprintf(`{"filename":"../my picture.png","size":%d,"content_type":"image/png"}`, len(data))
		got := parse(t, b.do(http.MethodPost, "/api/v3/media/uploads", ask))
		link := got.at(t, "data", "download_url").(string)
		put := strings.TrimPrefix(got.at(t, "data", "upload", "url").(string), "http://sim.test")
		if got.at(t, "data", "filename") != "my_picture.png" || got.at(t, "data", "type") != "image" {
			t.Errorf("the ticket is %v", got)
		}
		for name, try := range map[string]struct {
			body   string
			header []string
			status int
		}{
			"with a key":           {string(data), []string{"Content-Type", "image/png"}, 400},
			"with another type":    {string(data), []string{"Authorization", "", "Content-Type", "image/jpeg"}, 403},
			"cut short":            {string(data[:100]), []string{"Authorization", "", "Content-Type", "image/png"}, 400},
			"longer than promised": {string(data) + "x", []string{"Authorization", "", "Content-Type", "image/png"}, 400},
		} {
			if w := b.do(http.MethodPut, put, try.body, try.header...); w.Code != try.status {
				t.Errorf("%s: status %d, want %d", name, w.Code, try.status)
			}
		}
		if w := b.fetch(link); w.Code != http.StatusNotFound {
			t.Errorf("before the PUT: status %d", w.Code)
		}
		if w := b.do(http.MethodPut, put, string(data), "Authorization", "", "Content-Type", "image/png"); w.Code != http.StatusOK {
			t.Fatalf("PUT: status %d: %s", w.Code, w.Body)
		}
		w := b.fetch(link)
		if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), data) || w.Header().Get("Content-Type") != "image/png" {
			t.Errorf("download: status %d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
		}
		id := b.submit("/api/v3/"+liteI2V, `{"image":"`+link+`"}`)
		if task := b.s.Tasks()[0]; task.ID != id || task.Width != 544 || task.Height != 736 {
			t.Errorf("the frame does not follow the uploaded picture: %+v", task)
		}
		b.c.Add(simulator.TicketLife + time.Second)
		if w := b.do(http.MethodPut, put, string(data), "Authorization", "", "Content-Type", "image/png"); w.Code != http.StatusForbidden {
			t.Errorf("PUT to an old ticket: status %d", w.Code)
		}
		b.c.Add(simulator.Retention)
		if w := b.fetch(link); w.Code != http.StatusNotFound {
			t.Errorf("after its retention: status %d", w.Code)
		}
	}
}

func TestTicketRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for body, want := range map[string]int{
		`{`: 400, `{"size":1}`: 400, `{"filename":"a"}`: 400, `{"filename":"a","size":-1}`: 400, `{"filename":"a","size":99999999999}`: 413,
	} {
		if w := b.do(http.MethodPost, "/api/v3/media/uploads", body); w.Code != want || parse(t, w)["message"] == "" {
			t.Errorf("%s: status %d, want %d", body, w.Code, want)
		}
	}
	if w := b.do(http.MethodPost, "/api/v3/media/uploads", `{}`, "Authorization", ""); w.Code != http.StatusUnauthorized {
		t.Errorf("without a key: status %d", w.Code)
	}
}

func TestFormUpload(t *testing.T) {
	t.Parallel()
	data, _ := assets.SampleImage("lake.jpg")
	b := newBench(t)
	form := func(field string) (string, string) {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", `form-data; name="`+field+`"; filename="lake.jpg"`)
		h.Set("Content-Type", "image/jpeg")
		part, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return body.String(), w.FormDataContentType()
	}
	body, kind := form("file")
	got := parse(t, b.do(http.MethodPost, "/api/v3/media/upload/binary", body, "Content-Type", kind))
	if got.at(t, "data", "size") != float64(len(data)) {
		t.Fatalf("the answer is %v", got)
	}
	if w := b.fetch(got.at(t, "data", "download_url").(string)); !bytes.Equal(w.Body.Bytes(), data) {
		t.Errorf("download: status %d, %d bytes", w.Code, w.Body.Len())
	}
	body, kind = form("picture")
	for name, w := range map[string]int{
		"another field": b.do(http.MethodPost, "/api/v3/media/upload/binary", body, "Content-Type", kind).Code,
		"no form":       b.do(http.MethodPost, "/api/v3/media/upload/binary", "x").Code,
		"a cut form":    b.do(http.MethodPost, "/api/v3/media/upload/binary", body[:50], "Content-Type", kind).Code,
	} {
		if w != http.StatusBadRequest {
			t.Errorf("%s: status %d", name, w)
		}
	}
}

func TestRangesAndTags(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.submit("/api/v3/"+liteT2V, `{"prompt":"a","duration":2}`)
	link := "http://sim.test" + simulator.OutputPath + id + ".mp4"
	if w := b.fetch(link); w.Code != http.StatusNotFound {
		t.Errorf("before it is ready: status %d", w.Code)
	}
	b.c.Add(time.Hour)
	whole := b.fetch(link)
	tag, data := whole.Header().Get("ETag"), whole.Body.Bytes()
	if whole.Code != http.StatusOK || len(tag) < 60 || tag[0] != '"' || whole.Header().Get("Accept-Ranges") != "bytes" {
		t.Fatalf("status %d, %v", whole.Code, whole.Header())
	}
	again := b.fetch(link)
	if !bytes.Equal(again.Body.Bytes(), data) || again.Header().Get("ETag") != tag {
		t.Error("the clip differs between two requests")
	}
	half := len(data) / 2
	rest := b.fetch(link, "Range", fmt.Sprintf("bytes=%d-", half), "If-Range", tag)
	if rest.Code != http.StatusPartialContent || !bytes.Equal(rest.Body.Bytes(), data[half:]) {
		t.Errorf("the second half: status %d, %d bytes", rest.Code, rest.Body.Len())
	}
	if w := b.fetch(link, "Range", "bytes=5-", "If-Range", `"other"`); w.Code != http.StatusOK || w.Body.Len() != len(data) {
		t.Errorf("a range of another version: status %d, %d bytes", w.Code, w.Body.Len())
	}
	if w := b.fetch(link, "Range", fmt.Sprintf("bytes=%d-", len(data))); w.Code != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("a range behind the end: status %d", w.Code)
	}
	if w := b.fetch(link, "If-None-Match", tag); w.Code != http.StatusNotModified {
		t.Errorf("a known tag: status %d", w.Code)
	}
	other := b.submit("/api/v3/"+liteT2V, `{"prompt":"a","duration":2}`)
	b.c.Add(time.Hour)
	if w := b.fetch("http://sim.test" + simulator.OutputPath + other + ".mp4"); w.Header().Get("ETag") == tag {
		t.Error("two clips are the same bytes")
	}
}

func TestSignedLinks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.submit(aimlOld, `{"model":"`+aimlLite+`","prompt":"a","image_url":"http://a/b","resolution":"480p"}`)
	b.c.Add(time.Minute)
	link := b.aimlapi(id).at(t, "video", "url").(string)
	if !strings.Contains(link, "X-Tos-Date=20261121T") || !strings.Contains(link, "X-Tos-Expires=86400") {
		t.Errorf("link %s", link)
	}
	if w := b.fetch(link); w.Code != http.StatusOK {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	bare, _, _ := strings.Cut(link, "?")
	for name, w := range map[string]int{
		"without its query": b.fetch(bare).Code,
		"with another date": b.fetch(strings.Replace(link, "20261121T", "20261122T", 1)).Code,
	} {
		if w != http.StatusForbidden {
			t.Errorf("%s: status %d", name, w)
		}
	}
	if w := b.do(http.MethodGet, strings.TrimPrefix(link, "http://sim.test"), ""); w.Code != http.StatusBadRequest {
		t.Errorf("with a key: status %d", w.Code)
	}
	b.c.Add(24 * time.Hour)
	if w := b.fetch(link); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "expired") {
		t.Errorf("after a day: status %d: %s", w.Code, w.Body)
	}
}

func TestBaseAndPlaces(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *simulator.Options) { o.Base = "https://box.test:8443/" })
	id := b.submit("/api/v3/"+liteT2V, `{"prompt":"a","duration":2}`)
	if got := b.wavespeed(id).at(t, "urls", "get"); got != "https://box.test:8443/api/v3/predictions/"+id+"/result" {
		t.Errorf("link %v", got)
	}
	file := filepath.Join(t.TempDir(), "file")
	if _, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(clienttest.Catalogue(t)), Dialects: all.Dialects(), Now: b.c.Now, Journal: filepath.Join(file, "no", "folder")}); err == nil {
		t.Error("a journal that cannot be opened is no error")
	}
	if _, err := simulator.New(simulator.Options{}); err == nil {
		t.Error("no catalogue is no error")
	}
}

func TestSafeName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a.png": "a.png", "../../etc/passwd": "passwd", `C:\x\b c.jpg`: "b_c.jpg", "": "file", "..": "file",
		"\x1b[31mé.png": "__31m_.png", "a/": "a",
	} {
		if got := simulator.SafeName(in); got != want {
			t.Errorf("simulator.SafeName(%q) = %q, want %q", in, got, want)
		}
	}
	if got := simulator.SafeName(strings.Repeat("x", 500) + ".png"); len(got) != 100 || !strings.HasSuffix(got, ".png") {
		t.Errorf("a long name became %q", got)
	}
}

func TestOldFilesAreSwept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := newClock()
	for name, age := range map[string]time.Duration{
		"0123456789abcdef": 9 * 24 * time.Hour, "aaaa.mp4": 9 * 24 * time.Hour, "young": time.Hour, "holiday photo.png": 999 * 24 * time.Hour,
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, c.Now().Add(-age), c.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	newBench(t, func(o *simulator.Options) { o.UploadDir = dir })
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 || left[0].Name() != "holiday photo.png" || left[1].Name() != "young" {
		t.Errorf("left: %v (%v)", left, err)
	}
}
