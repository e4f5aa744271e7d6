package catalogue_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
)

func TestPayload(t *testing.T) {
	t.Parallel()
	uri := "data:image/png;base64," + strings.Repeat("AbC+/0==", 10_000)
	odd := "data:image/png;base64," + strings.Repeat("\"\\\u00e9<", 5_000)
	m := clienttest.Model(t, i2vAIML)
	for _, picture := range []string{uri, odd, "https://example.com/a.png?a=1&b=<2>"} {
		v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a \"cat\" & <dog>\n"), catalogue.RoleFirstFrame: catalogue.Media(picture)})
		p, err := m.Payload(v)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			b, err := io.ReadAll(p.Reader())
			if err != nil || int64(len(b)) != p.Size() {
				t.Fatalf("%d bytes, %v, said %d", len(b), err, p.Size())
			}
			var got map[string]any
			if err := json.Unmarshal(b, &got); err != nil {
				t.Fatal(err)
			}
			if got["prompt"] != "a \"cat\" & <dog>\n" || got[m.Field(catalogue.RoleFirstFrame).Name] != picture {
				t.Errorf("%.60q came out as %.60q", picture, got[m.Field(catalogue.RoleFirstFrame).Name])
			}
			if whole, err := m.Body(v); err != nil || string(whole) != string(b) {
				t.Errorf("in one piece it is another: %v", err)
			}
		}
	}
}

// TestPayloadSharesPictures checks that the body of a request with a picture
// of 29 MB takes next to nothing beside it.
func TestPayloadSharesPictures(t *testing.T) {
	uri := "data:image/png;base64," + strings.Repeat("A", 29<<20/3*4)
	m := clienttest.Model(t, i2vAIML)
	v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a cat"), catalogue.RoleFirstFrame: catalogue.Media(uri)})
	res := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p, err := m.Payload(v)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, p.Reader()); err != nil {
				b.Fatal(err)
			}
		}
	})
	if n := res.AllocedBytesPerOp(); n > 1<<20 {
		t.Errorf("%d KB were allocated for a body that shares its picture", n>>10)
	}
}

// TestSumOfPictures checks two pictures that are each small enough, but too
// large together.
func TestSumOfPictures(t *testing.T) {
	t.Parallel()
	facts := func(mb int64) catalogue.Facts {
		return catalogue.Facts{Kind: "image", Format: "png", Width: 1280, Height: 720, Bytes: mb * 1e6}
	}
	files := look(map[string]catalogue.Facts{"a.png": facts(29), "b.png": facts(24), "small.png": facts(15)})
	var m *catalogue.Model
	for _, x := range clienttest.Catalogue(t).All() {
		if x.Provider == "aimlapi" && x.Field(catalogue.RoleFirstFrame) != nil && x.Field(catalogue.RoleLastFrame) != nil {
			m = x
			break
		}
	}
	link := catalogue.Media("https://example.com/a.png")
	for _, c := range []struct {
		first, last catalogue.Value
		bad         bool
	}{
		{catalogue.Media("a.png"), catalogue.Media("b.png"), true},
		{catalogue.Media("a.png"), catalogue.Media("small.png"), false},
		{catalogue.Media("a.png"), link, false},
		{catalogue.Media("a.png"), catalogue.Media("data:image/png;base64," + strings.Repeat("A", 30_000_000)), true},
	} {
		v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a cat"), catalogue.RoleFirstFrame: c.first, catalogue.RoleLastFrame: c.last})
		inspect := func(item string) (catalogue.Facts, error) {
			if strings.HasPrefix(item, "https:") {
				return catalogue.Facts{Item: item, Link: true}, nil
			}
			if strings.HasPrefix(item, "data:") {
				return facts(22), nil
			}
			return files(item)
		}
		var said string
		for _, e := range catalogue.Validate(m, v, inspect) {
			said += e.Error()
		}
		if strings.Contains(said, "at most 64 MB") != c.bad {
			t.Errorf("%.40s with %.40s: %q", c.first, c.last, said)
		}
	}
}
