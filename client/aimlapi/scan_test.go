package aimlapi

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/find"
)

// After an outage many requests are searched for at once; the log takes 200
// queries a minute.
func TestSearchesShareAReading(t *testing.T) {
	t.Parallel()
	r := request(universal)
	var asked atomic.Int32
	var ahead atomic.Int64
	read := log(t, logPage(true), logPage(false, logRow(id, r.Token, "succeeded", `{"usd":0.25}`)))
	p := serveAt(t, func() time.Time { return noon.Add(time.Duration(ahead.Load())) }, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		read(w, r)
	})
	search := func(posted time.Time, token string, want int) {
		t.Helper()
		found, err := p.Find(t.Context(), find.Lost{Request: client.Request{Model: r.Model, Token: token}, Sent: posted, Cut: posted, Ahead: new(time.Duration)})
		if err != nil || len(found.Found) != want {
			t.Errorf("found %v, %v, want %d", found, err, want)
		}
	}
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() { search(noon, r.Token, 1) })
		all.Go(func() { search(noon.Add(time.Second), "another", 0) })
	}
	all.Wait()
	if n := asked.Load(); n != 2 {
		t.Errorf("80 searches asked %d times, want once for each of two pages", n)
	}
	ahead.Store(int64(scanLife))
	search(noon, r.Token, 1)
	if n := asked.Load(); n != 4 {
		t.Errorf("asked %d times: an old reading was used", n)
	}
	// Another time is another part of the log.
	search(noon.Add(time.Hour), r.Token, 1)
	if n := asked.Load(); n != 6 {
		t.Errorf("asked %d times: the pages of another time were used", n)
	}
	// A clock that is set back makes no reading recent again.
	ahead.Store(int64(-time.Hour))
	search(noon, r.Token, 1)
	if n := asked.Load(); n != 8 {
		t.Errorf("asked %d times: a reading of the future was used", n)
	}
}
