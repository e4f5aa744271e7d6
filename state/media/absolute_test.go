package media_test

import (
	"path/filepath"
	"slices"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/state/media"
)

func TestAbsolute(t *testing.T) {
	t.Parallel()
	here, err := filepath.Abs("a.png")
	if err != nil {
		t.Fatal(err)
	}
	in := catalogue.Values{
		catalogue.RolePrompt:          catalogue.Text("~/not a path"),
		catalogue.RoleReferenceImages: catalogue.Media("~/b.png", "a.png", "https://x.example/c.png"),
	}
	got := media.Absolute(in, "/home/me")
	want := []string{filepath.FromSlash("/home/me/b.png"), here, "https://x.example/c.png"}
	if items := got.Media(catalogue.RoleReferenceImages); !slices.Equal(items, want) {
		t.Errorf("got %q, want %q", items, want)
	}
	if got.Text(catalogue.RolePrompt) != "~/not a path" {
		t.Error("a text was taken for a path")
	}
	if in.Media(catalogue.RoleReferenceImages)[0] != "~/b.png" {
		t.Error("the values given were changed")
	}
}
