package media

import (
	"path/filepath"
	"testing"
)

// TestLinksThatNobodyFetches: a link that no service can fetch is rejected
// before it is paid for, in one sentence.
func TestLinksThatNobodyFetches(t *testing.T) {
	t.Parallel()
	for text, taken := range map[string]bool{
		"https://example.com/a.png": true, "http://example.com/a": true, "https://cdn.example.com/pic?id=3": true, "https://example.com/image.php": true,
		"https://example.com/?img=a.png": true, "https://raw.githubusercontent.com/u/r/main/a.png": true, "https://www.dropbox.com/s/x/a.png?dl=1": true,
		"https://example.com/blob/a.png": true, "12:30.png": true, "C:/clips/a.png": true, "photo:1.png": true,
		"http://localhost:8000/a.png": false, "http://127.0.0.1/a.png": false, "http://[::1]/a.png": false, "https://192.168.0.7/a.png": false,
		"http://169.254.169.254/latest/meta-data/": false, "https://metadata.google.internal/x": false, "http://nas/a.png": false, "http://2130706433/a.png": false,
		"http://0x7f.1/a.png": false, "javascript:alert(1)": false, "JavaScript:alert(1)": false, "blob:https://example.com/1": false, "mailto:a@example.com": false,
		"about:blank": false, "ftp://example.com/a.png": false, "s3://bucket/a.png": false, "gs://bucket/a.png": false, "http:/example.com/a.png": false,
		"https:example.com/a.png": false, "file://host/a.png": false, "https://example.com/index.html": false, "https://example.com/A.HTM?x=1": false,
		"https://example.com/paper.pdf": false, "https://example.com": false, "https://example.com/": false, "https://github.com/u/r/blob/main/a.png": false,
		"https://drive.google.com/file/d/1/view?usp=sharing": false, "https://www.dropbox.com/s/x/a.png?dl=0": false,
	} {
		_, err := Parse(text, "")
		if (err == nil) != taken {
			t.Errorf("%s: %v, want taken %v", text, err, taken)
		}
		if _, err := Look(text, ""); !taken && err == nil {
			t.Errorf("%s: Look takes it", text)
		}
	}
	if it, err := Parse("file:/tmp/a.png", ""); err != nil || it.Kind != Path || it.Value != filepath.FromSlash("/tmp/a.png") {
		t.Errorf("file:/ is a path: %+v %v", it, err)
	}
}
