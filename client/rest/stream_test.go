package rest

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"seedreel/client"
)

func TestAListIsReadAsItComes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, body string
		items      int
		found      bool
		beside     string
		err        error
	}{
		{"a list", `{"code":200,"data":[{"id":1},2,"x"],"message":"ok"}`, 3, true, `{"code":200,"message":"ok"}`, nil},
		{"an empty list", `{"data":[]}`, 0, true, `{}`, nil},
		{"null", `{"data":null,"message":"no"}`, 0, false, `{"message":"no"}`, nil},
		{"an object", `{"data":{"a":[{}]},"message":"no"}`, 0, false, `{"message":"no"}`, nil},
		{"a refusal", `{"error":{"message":"no"}}`, 0, false, `{"error":{"message":"no"}}`, nil},
		{"a list alone", `[1,2]`, 0, false, `[1,2]`, nil},
		{"a page", `<html>no</html>`, 0, false, `<html>no</html>`, nil},
		{"cut off", `{"data":[{"id":1},{"id"`, 1, false, "", io.ErrUnexpectedEOF},
		{"nothing", ``, 0, false, "", io.ErrUnexpectedEOF},
		{"nested too deep", `{"data":[` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `]}`, 0, false, "", errDeep},
		{"too many", `{"data":[` + strings.Repeat("1,", 20) + `1]}`, 10, false, "", errTooLong},
		{"one too long", `{"data":["` + strings.Repeat("x", maxItem+1) + `"]}`, 0, false, "", errTooLong},
		{"a field beside it too long", `{"x":"` + strings.Repeat("x", maxItem+1) + `","data":[]}`, 0, false, "", errTooLong},
	} {
		n := 0
		s := &Stream{Field: "data", Most: 10, Item: func(json.RawMessage) { n++ }}
		b, err := s.read(strings.NewReader(tc.body))
		if n != tc.items || s.Found() != tc.found || string(b) != tc.beside || !errors.Is(err, tc.err) {
			t.Errorf("%s: %d items, %t, %.100s, %v", tc.name, n, s.Found(), b, err)
		}
	}
}

// TestALongListTakesLittleMemory reads 47 MB. It runs alone, as it looks at the
// memory of the process.
func TestALongListTakesLittleMemory(t *testing.T) { //nolint:paralleltest // see above
	if testing.Short() {
		t.Skip("measures memory")
	}
	const items, each = 1000, 47 << 10
	item := `{"id":"model","schema":"` + strings.Repeat("x", each) + `"}`
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"data":[`+item) // the reader may have gone
		for range items - 1 {
			_, _ = io.WriteString(w, ","+item)
		}
		_, _ = io.WriteString(w, `]}`)
	}))
	t.Cleanup(srv.Close)
	c := newClient(t, Config{Base: srv.URL})
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	was := debug.SetGCPercent(100) // as users have it
	t.Cleanup(func() { debug.SetGCPercent(was) })
	runtime.GC()
	before, most, n := inUse(), uint64(0), 0
	call := Call{Op: "reading a list", Path: "/list", Most: 48 << 20, Stream: &Stream{Field: "data", Most: items, Item: func(json.RawMessage) {
		if n++; n%20 == 0 {
			most = max(most, inUse())
		}
	}}}
	err := c.Get(t.Context(), call, func(a *Answer) bool { return a.Cut == nil })
	if err != nil || n != items {
		t.Fatalf("%d items (%v)", n, err)
	}
	mb := float64(most-min(before, most)) / (1 << 20)
	t.Logf("%d MB read, %.1f MB more in use at most", items*each>>20, mb)
	if mb > 16 {
		t.Errorf("%.1f MB in use", mb)
	}
	for _, bound := range []int64{1 << 20, 0} {
		call.Most = bound
		call.Stream = &Stream{Field: "data", Most: items, Item: func(json.RawMessage) {}}
		if err := c.Get(t.Context(), call, func(a *Answer) bool { return a.Cut == nil }); client.KindOf(err) != client.KindUnavailable {
			t.Errorf("a list longer than %d is read: %v", bound, err)
		}
	}
}
