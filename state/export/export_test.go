package export

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"image/png"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/frames"
	"seedreel/state/job"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func clip(t testing.TB, class string) string {
	t.Helper()
	b, ok := assets.Clip(class)
	if !ok {
		t.Fatalf("there is no clip %s", class)
	}
	p := filepath.Join(t.TempDir(), "clip.mp4")
	if err := os.WriteFile(p, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// nasty acts in a page, a table, a list of edits and a terminal.
const nasty = "=1+1 <script>alert(1)</script> \"quoted\" & 日本\x1b[2J\r\n* FROM CLIP NAME: other.mp4"

// reel returns four takes of three shots.
func reel(t testing.TB) Order {
	t.Helper()
	a, b := clip(t, "416x960"), clip(t, "864x480")
	price := 80_000 * usd.Micro(1)
	take := func(id, path string, shot, n int, seed int64, pick bool) Take {
		return Take{
			Job: job.Record{
				ID: id, Service: "wavespeed", Model: "maker/lake-lite", Prompt: nasty, Seed: &seed, Seconds: 5, Charge: &price,
				CreatedAt: time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC), URL: "https://signed.example/x", Path: path, State: job.Saved,
				Values: catalogue.Values{catalogue.RoleAspectRatio: catalogue.Text("16:9"), catalogue.RolePrompt: catalogue.Text(nasty)},
				Labels: job.Labels{"dusk"},
			},
			Shot: shot, Number: n, Pick: pick, Path: path, Name: "Dawn " + id, Rating: n, Note: nasty,
		}
	}
	second := take("bbb", b, 2, 1, 7, true)
	second.Continued, second.Parent, second.How = true, "aaa", "continued"
	return Order{
		Dir: filepath.Join(t.TempDir(), "out"), Title: "Lake House", Reel: []byte("title = \"Lake House\"\n"),
		Takes: []Take{take("aaa", b, 1, 1, 42, true), take("aab", b, 1, 2, 43, false), second, take("ccc", a, 3, 1, 0, true)},
	}
}

func write(t testing.TB, o Order) *Result {
	t.Helper()
	r, err := Write(context.Background(), o)
	if err != nil {
		t.Fatalf("%v: %v", err, errors.Unwrap(err))
	}
	return r
}

func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(b)
	}
	return out
}

func TestExport(t *testing.T) {
	t.Parallel()
	o := reel(t)
	var seen []int
	o.Progress = func(done, _ int) { seen = append(seen, done) }
	r := write(t, o)
	want := []string{
		"contact-sheet.png", "index.html", "lake-house-01-1-42.json", "lake-house-01-1-42.mp4", "lake-house-01-2-43.json", "lake-house-01-2-43.mp4",
		"lake-house-02-1-7.json", "lake-house-02-1-7.mp4", "lake-house-03-1-0.json", "lake-house-03-1-0.mp4", "lake-house.reel.toml", "picks.edl",
		"picks.otio", "seedreel-export.json", "takes.csv",
	}
	got := contents(t, o.Dir)
	var names []string
	for n := range got {
		names = append(names, n)
	}
	slices.Sort(names)
	if !slices.Equal(names, want) || len(r.Files) != len(want) || r.Files[len(want)-1] != manifestFile || !slices.Equal(seen, []int{1, 2, 3, 4}) {
		t.Errorf("files %v, result %+v, progress %v", names, r, seen)
	}
	page := got["index.html"]
	for _, bad := range []string{"<script", "http://", "https://", "signed.example", "\x1b"} {
		if bad != "\x1b" && strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	for _, good := range []string{"./lake-house-02-1-7.mp4", "&lt;script&gt;", "$0.08", "16:9", "default-src &#39;none&#39;", "4 takes, $0.32"} {
		if !strings.Contains(page, good) && !strings.Contains(page, strings.ReplaceAll(good, "&#39;", "'")) {
			t.Errorf("the page lacks %q", good)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(got["takes.csv"])).ReadAll()
	if err != nil || len(rows) != 5 || rows[1][len(rows[1])-1][:2] != "'=" {
		t.Errorf("the table %v, %v", rows, err)
	}
	sheet, err := png.Decode(strings.NewReader(got["contact-sheet.png"]))
	if err != nil || sheet.Bounds().Dx() != gap+4*(cellW+gap) {
		t.Errorf("the sheet: %v", err)
	}
	for n, text := range got {
		if strings.Contains(text, "signed.example") || strings.HasSuffix(n, ".json") && strings.Contains(text, filepath.Dir(o.Takes[0].Path)) {
			t.Errorf("%s has a link or a path of this machine", n)
		}
	}
}

// TestTimelines checks the picks: the doubled picture is left out, and nothing
// foreign adds a line.
func TestTimelines(t *testing.T) {
	t.Parallel()
	o := reel(t)
	write(t, o)
	got := contents(t, o.Dir)
	edl := got["picks.edl"]
	for _, want := range []string{
		"TITLE: Lake House\r\nFCM: NON-DROP FRAME\r\n",
		"001  AX       V     C        00:00:00:00 00:00:01:23 01:00:00:00 01:00:01:23\r\n* FROM CLIP NAME: lake-house-01-1-42.mp4\r\n",
		"002  AX       V     C        00:00:00:00 00:00:02:00 01:00:01:23 01:00:03:23\r\n",
		"003  AX       V     C        00:00:00:00 00:00:02:00 01:00:03:23 01:00:05:23\r\n",
	} {
		if !strings.Contains(edl, want) {
			t.Errorf("the list lacks %q:\n%s", want, edl)
		}
	}
	if strings.Contains(edl, "other.mp4") {
		t.Error("a name added a line")
	}
	var x struct {
		Tracks struct {
			Children []struct {
				Children []struct {
					Schema string `json:"OTIO_SCHEMA"`
					Range  struct {
						Duration struct{ Value, Rate float64 }
					} `json:"source_range"`
					Media struct {
						URL string `json:"target_url"`
					} `json:"media_reference"`
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(got["picks.otio"]), &x); err != nil || len(x.Tracks.Children) != 1 || len(x.Tracks.Children[0].Children) != 3 {
		t.Fatalf("the timeline: %v, %+v", err, x)
	}
	if c := x.Tracks.Children[0].Children[0]; c.Range.Duration.Value != 47 || c.Range.Duration.Rate != 24 || c.Media.URL != "./lake-house-01-1-42.mp4" {
		t.Errorf("the first clip is %+v", c)
	}
}

// TestRoundTrip exports, imports, and exports what was imported: the folders
// are the same, to the byte.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	o := reel(t)
	write(t, o)
	p, err := Read(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	again := Order{Dir: filepath.Join(t.TempDir(), "again"), Title: p.Title, Template: p.Template, Takes: p.Takes, Reel: p.Reel}
	write(t, again)
	a, b := contents(t, o.Dir), contents(t, again.Dir)
	if len(a) != len(b) {
		t.Errorf("%d files became %d", len(a), len(b))
	}
	for n := range a {
		if a[n] != b[n] {
			t.Errorf("%s differs", n)
		}
	}
}

// TestForeignFoldersAreNotTouched: only files that are as we wrote them are
// replaced.
func TestForeignFoldersAreNotTouched(t *testing.T) {
	t.Parallel()
	o := reel(t)
	write(t, o)
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(o.Dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(o Order, words string) {
		t.Helper()
		before := contents(t, o.Dir)
		if _, err := Write(t.Context(), o); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%q: %v", words, err)
		}
		after := contents(t, o.Dir)
		for n, text := range before {
			if after[n] != text {
				t.Errorf("%q: %s was touched", words, n)
			}
		}
		if len(after) != len(before) {
			t.Errorf("%q: %d files became %d", words, len(before), len(after))
		}
	}
	// The same once more, fewer takes, and what a file manager leaves.
	put(".DS_Store", "x")
	put(".new-0123.part", "left behind")
	if r := write(t, o); r.Replaced != 0 {
		t.Errorf("replaced %d equal files", r.Replaced)
	}
	few := o
	few.Takes = o.Takes[:1]
	if r := write(t, few); r.Replaced == 0 || len(contents(t, o.Dir)) != 10 {
		t.Errorf("%+v, now %d files", r, len(contents(t, o.Dir)))
	}
	put("mine.txt", "mine")
	refused(o, "holds mine.txt")
	if err := os.Remove(filepath.Join(o.Dir, "mine.txt")); err != nil {
		t.Fatal(err)
	}
	put("takes.csv", "edited by hand")
	refused(o, "takes.csv was changed")
	other := o
	other.Dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(other.Dir, "takes.csv"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(other, "holds takes.csv")
	if err := os.WriteFile(filepath.Join(other.Dir, manifestFile), []byte(`{"seedreel_export":1,"files":[{"name":"../x"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(other, "never has")
}

// An export of something else does not take the place of an earlier one unless
// that is asked for.
func TestAnotherExportIsSpared(t *testing.T) {
	t.Parallel()
	o := reel(t)
	write(t, o)
	before := contents(t, o.Dir)
	for name, change := range map[string]func(*Order){
		"a clip of it": func(o *Order) { o.Reel, o.Takes = nil, o.Takes[:1] },
		"another reel": func(o *Order) { o.Title, o.Takes = "Sea House", o.Takes[1:2] },
	} {
		other := o
		change(&other)
		if _, err := Write(t.Context(), other); !errors.Is(err, ErrOther) || !strings.Contains(err.Error(), "3 clips") {
			t.Errorf("%s: %v", name, err)
		}
		if !maps.Equal(contents(t, o.Dir), before) {
			t.Errorf("%s: the folder was changed", name)
		}
	}
	all := o
	all.Title = "All of it under another name"
	write(t, all)
	one := o
	one.Reel, one.Takes, one.Replace = nil, o.Takes[:1], true
	if r := write(t, one); r.Replaced == 0 {
		t.Errorf("%+v", r)
	}
}

// TestInterruptedExport: a new folder is gone again; one that was exported to
// before can be exported to again.
func TestInterruptedExport(t *testing.T) {
	t.Parallel()
	o := reel(t)
	stop := func(o Order) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		o.Progress = func(done, _ int) {
			if done == 2 {
				cancel()
			}
		}
		if _, err := Write(ctx, o); !errors.Is(err, context.Canceled) {
			t.Errorf("stopped: %v", err)
		}
	}
	stop(o)
	if _, err := os.Stat(o.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is there: %v", err)
	}
	write(t, o)
	renamed := o
	renamed.Template = "{id}"
	stop(renamed)
	if _, err := Read(o.Dir); err == nil || !strings.Contains(err.Error(), "not finished") {
		t.Errorf("half an export: %v", err)
	}
	write(t, renamed)
	if p, err := Read(o.Dir); err != nil || p.Takes[0].File != "aaa.mp4" || len(contents(t, o.Dir)) != 15 {
		t.Errorf("after the second try: %v, %d files", err, len(contents(t, o.Dir)))
	}
}

func TestReadOfDamagedExports(t *testing.T) {
	t.Parallel()
	o := reel(t)
	write(t, o)
	if _, err := Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no export") {
		t.Errorf("an empty folder: %v", err)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "lake-house-01-2-43.mp4"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(o.Dir); err == nil || !strings.Contains(err.Error(), "lake-house-01-2-43.mp4 is missing or not as") {
		t.Errorf("a changed clip: %v", err)
	}
}

func TestTemplateErrorsAreSentences(t *testing.T) {
	t.Parallel()
	for template, words := range map[string]string{
		" ": "is empty", "{shot": "a { without a }", "shot}": "a } without a {", "{colour}": "the field {colour}, which there is not; there are aspect_ratio, date",
		"a/b": `'/'`, "{shot:x}": "takes a width", "{shot:0}": "takes a width", "{shot:99}": "takes a width", "a\nb": "not every system", "..\\{id}": "not every system",
		"{}": "the field {}", "{shot:-2}": "takes a width",
	} {
		o := reel(t)
		o.Template = template
		if _, err := Write(t.Context(), o); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%q: %v, want %q", template, err, words)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		"": "lake-house-02-1-7.mp4", "{id}": "bbb.mp4", "{{{id}}}": "{bbb}.mp4", "{shot:03} {name} {aspect_ratio}.{ext}": "002 dawn-bbb 16-9.mp4", "con": "x-con.mp4",
		"{prompt:9}": "1-1-scrip.mp4", "...{date}-{time}": "20261127-100000.mp4", "-{price}- ": "0-08.mp4", "{width}x{height}": "864x480.mp4", "INDEX": "INDEX.mp4",
		"seedreel-export": "seedreel-export-2.mp4", "{label}-{rating}": "dusk-1.mp4",
	} {
		o := reel(t)
		o.Template, o.Takes = template, o.Takes[2:3]
		p := parcel{order: o}
		if err := p.look(); err != nil {
			t.Fatal(err)
		}
		err := p.name()
		if err != nil || p.order.Takes[0].File != want {
			t.Errorf("%q: %s, %v, want %s", template, p.order.Takes[0].File, err, want)
		}
	}
}

// TestNamesAreSafe: whatever is in the fields and the template, names are
// distinct, stay in the folder and are allowed on every system.
func TestNamesAreSafe(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"con", "../..", "..", "/etc/passwd", "C:\\x", "aux.mp4", " ", ".", "-rf", "nul", "LPT1", "é\u0301", "index"}))
		piece := rapid.OneOf(rapid.SampledFrom([]string{"{reel}", "{shot:02}", "{take}", "{seed}", "{prompt}", "{name:5}", "{model}", "{id}", "-", ".", " ", "con", "index", "{ext}"}), rapid.StringMatching(`[a-z .()_-]{0,30}`))
		o := Order{Title: text.Draw(t, "title"), Template: strings.Join(rapid.SliceOfN(piece, 1, 6).Draw(t, "template"), "")}
		for range rapid.IntRange(1, 6).Draw(t, "takes") {
			seed := rapid.Int64Range(-1, 9).Draw(t, "seed")
			o.Takes = append(o.Takes, Take{
				Job:  job.Record{ID: text.Draw(t, "id"), Prompt: text.Draw(t, "prompt"), Model: text.Draw(t, "model"), Seed: &seed},
				Name: text.Draw(t, "name"), Shot: rapid.IntRange(0, 2).Draw(t, "shot"), Path: text.Draw(t, "path"),
			})
		}
		p := parcel{order: o}
		if p.name() != nil {
			return
		}
		seen := map[string]bool{}
		for _, n := range reservedNames() {
			seen[n] = true
		}
		for _, x := range p.order.Takes {
			n := x.File
			low := strings.ToLower(n)
			device, _, _ := strings.Cut(low, ".")
			switch {
			case seen[low]:
				t.Fatalf("%q is there twice", n)
			case !safeName(n) || !filepath.IsLocal(n) || len(n) > 120:
				t.Fatalf("%q is not safe", n)
			case strings.ContainsAny(n, "<>:\"/\\|?*\x00\r\n\x1b%") || strings.HasPrefix(n, ".") || strings.HasPrefix(n, "-") || strings.HasPrefix(n, " "):
				t.Fatalf("%q is not allowed everywhere", n)
			case slices.Contains([]string{"con", "prn", "aux", "nul", "com1", "lpt1"}, strings.TrimSpace(device)):
				t.Fatalf("%q is a device", n)
			case strings.HasSuffix(strings.TrimSuffix(n, filepath.Ext(n)), " ") || strings.HasSuffix(n, "."):
				t.Fatalf("%q ends oddly", n)
			}
			seen[low] = true
		}
	})
}

// FuzzManifest: no bytes may make the reader panic or name a file elsewhere.
func FuzzManifest(f *testing.F) {
	o := reel(f)
	write(f, o)
	b, err := os.ReadFile(filepath.Join(o.Dir, manifestFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"seedreel_export":1,"files":[{"name":"../x","sha256":""}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parseManifest(b)
		if err != nil {
			return
		}
		for _, e := range m.Files {
			if !filepath.IsLocal(e.Name) || strings.ContainsAny(e.Name, `/\`) {
				t.Fatalf("%q", e.Name)
			}
		}
		for _, x := range m.Takes {
			if !filepath.IsLocal(x.File) || x.Job.URL != "" || x.Job.Path != "" {
				t.Fatalf("%+v", x)
			}
		}
	})
}

// TestStills needs ffmpeg: the page and the sheet have pictures.
func TestStills(t *testing.T) {
	t.Parallel()
	ff, err := frames.Find(exec.LookPath)
	if err != nil {
		t.Skipf("stills need ffmpeg, which is not on this machine: %v", err)
	}
	o := reel(t)
	o.Tool = ff
	write(t, o)
	got := contents(t, o.Dir)
	if n := strings.Count(got["index.html"], `poster="data:image/jpeg;base64,`); n != 4 {
		t.Errorf("%d posters", n)
	}
	bare := reel(t)
	write(t, bare)
	if without := contents(t, bare.Dir); bytes.Equal([]byte(got[sheetFile]), []byte(without[sheetFile])) {
		t.Error("the sheet has no stills")
	}
}
