package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// rowsFile writes a table with n rows that differ.
func rowsFile(tb testing.TB, dir string, n int) string {
	tb.Helper()
	var b strings.Builder
	b.WriteString("prompt,model,duration,label\n")
	for i := range n {
		fmt.Fprintf(&b, "A lake on day %d,lite,%d,lake\n", i, 2+i%11)
	}
	file := filepath.Join(dir, "rows.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		tb.Fatal(err)
	}
	return file
}

// A batch is in line at once or not at all, and a second run adds what is new
// and nothing twice.
func TestABatchIsInLineOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	count := func() int { return strings.Count(w.must(t, "history", "--json", "--limit", "0"), "\n") }
	from := []string{"submit", "--queue", "--yes", "--from"}
	w.must(t, append(from, rowsFile(t, w.home, 300))...)
	if n := count(); n != 300 {
		t.Fatalf("%d jobs, want 300", n)
	}
	w.must(t, append(from, rowsFile(t, w.home, 400))...)
	w.must(t, append(from, rowsFile(t, w.home, 400))...)
	if n := count(); n != 400 {
		t.Errorf("%d jobs, want 400", n)
	}
}

// BenchmarkBatch measures 10,000 rows until they are in line.
func BenchmarkBatch(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		w := &world{home: b.TempDir()}
		w.env = map[string]string{"SEEDREEL_HOME": w.home, "HOME": w.home}
		if err := writeSettings(w.home, ""); err != nil {
			b.Fatal(err)
		}
		o, _, errs := w.options("submit", "--queue", "--yes", "--from", rowsFile(b, w.home, 10_000))
		b.StartTimer()
		began := time.Now()
		if code := Run(b.Context(), o); code != ExitOK {
			b.Fatalf("exit code %d: %s", code, errs)
		}
		b.ReportMetric(time.Since(began).Seconds(), "s")
	}
}
