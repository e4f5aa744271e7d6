package media

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
)

// pageEnds are name endings that never belong to a picture, clip or sound.
// Scripts such as ".php" are not listed: they may return one.
var pageEnds = []string{
	".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".pdf", ".txt", ".md", ".doc", ".docx", ".zip", ".tar", ".gz", ".json", ".xml", ".css", ".js", ".exe",
}

// sharing lists sites whose links lead to a page around a file, and how to get
// a link to the file itself.
var sharing = []struct {
	host, part string
	inQuery    bool
	advice     string
}{
	{"github.com", "/blob/", false, "use the link of its Raw button"},
	{"gitlab.com", "/-/blob/", false, "use the link of its Open raw button"},
	{"drive.google.com", "/view", false, "download it and give the file"},
	{"www.dropbox.com", "dl=0", true, "end it with dl=1"},
	{"photos.app.goo.gl", "/", false, "download it and give the file"},
	{"photos.google.com", "/", false, "download it and give the file"},
	{"www.icloud.com", "/", false, "download it and give the file"},
}

// page rejects a link that leads to a page instead of a file, as far as that is
// known without fetching it.
func page(u *url.URL) error {
	if end := strings.ToLower(path.Ext(u.Path)); slices.Contains(pageEnds, end) {
		return fmt.Errorf("the link leads to a %s, not to a picture, clip or sound", strings.TrimPrefix(end, "."))
	}
	if strings.Trim(u.Path, "/") == "" && u.RawQuery == "" {
		return errors.New("the link leads to a site, not to a file")
	}
	for _, s := range sharing {
		where := u.Path
		if s.inQuery {
			where = u.RawQuery
		}
		if strings.EqualFold(u.Hostname(), s.host) && strings.Contains(where, s.part) {
			return fmt.Errorf("the link leads to a page around the file; %s", s.advice)
		}
	}
	return nil
}
