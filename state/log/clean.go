package log

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// longest bounds what is kept of one value, in bytes: a service may answer with
// a page of HTML.
const longest = 1 << 10

var (
	// links match what follows a "?" or "#" in a link, and a user in it.
	links = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*://)([^\s"'<>/?#\\]*@)?([^\s"'<>?#\\]*)([?#][^\s"'<>]*)?`)
	})
	// bearers match what an HTTP library may print of a request's credentials.
	bearers = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\b(authorization|x-api-key|bearer)\b["']?[ :=]+["']?(bearer +)?[^\s"']+`)
	})
	// data matches files embedded in a text.
	data = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)data:[a-z0-9/+.-]*;base64,[a-z0-9+/=]*`)
	})
)

// stamped stamps records with the log's own clock.
type stamped struct {
	slog.Handler
	now func() time.Time
}

// Handle sets the time and calls the next handler.
func (s *stamped) Handle(ctx context.Context, r slog.Record) error {
	r.Time = s.now().UTC()
	return s.Handler.Handle(ctx, r)
}

// WithAttrs keeps the clock.
func (s *stamped) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &stamped{Handler: s.Handler.WithAttrs(attrs), now: s.now}
}

// WithGroup keeps the clock.
func (s *stamped) WithGroup(name string) slog.Handler {
	return &stamped{Handler: s.Handler.WithGroup(name), now: s.now}
}

// replace cleans a value before the handler quotes it: quoting would change a
// key that contains a quote, and it would no longer be found.
func (l *Log) replace(_ []string, a slog.Attr) slog.Attr {
	a.Key = l.text(a.Key)
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(l.text(v.String()))
	case slog.KindAny:
		a.Value = slog.StringValue(l.text(anyText(v.Any())))
	case slog.KindBool, slog.KindDuration, slog.KindFloat64, slog.KindInt64, slog.KindTime, slog.KindUint64, slog.KindGroup, slog.KindLogValuer:
	}
	return a
}

func anyText(v any) string {
	switch v := v.(type) {
	case slog.Level:
		return v.String()
	case error:
		return v.Error()
	case []byte:
		return string(v)
	}
	return fmt.Sprint(v)
}

// text removes from a value what must not be logged. Keys are removed before
// anything is cut: half a key is a secret too.
func (l *Log) text(s string) string {
	s = l.keys(s)
	if len(s) > 8*longest {
		s = s[:8*longest] // before the costly part
	}
	s = strip(s)
	if len(s) > longest {
		cut := longest
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "..."
	}
	return s
}

func (l *Log) keys(s string) string {
	if l.o.Secrets != nil {
		for _, k := range l.o.Secrets() {
			s = k.Redact(s)
		}
	}
	return s
}

// strip removes anything that looks like a key, a signed link or a file.
func strip(s string) string {
	s = data().ReplaceAllString(s, "data:[cut]")
	s = bearers().ReplaceAllString(s, "$1 [redacted]")
	return links().ReplaceAllStringFunc(s, func(u string) string {
		m := links().FindStringSubmatch(u)
		rest := m[3]
		if m[4] != "" {
			rest += m[4][:1] + "[cut]"
		}
		return m[1] + rest
	})
}

// clean checks a whole line last, after the handler: the result is one line of
// printable characters without any key.
func (l *Log) clean(line []byte) []byte {
	s := strip(l.keys(string(bytes.TrimRight(line, "\n"))))
	var b strings.Builder
	for _, r := range s {
		if r == utf8.RuneError || r != ' ' && !unicode.IsPrint(r) {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
			continue
		}
		b.WriteRune(r)
	}
	b.WriteByte('\n')
	return []byte(b.String())
}

// last returns the last n lines of a text.
func last(b []byte, n int) []string {
	b = bytes.TrimRight(b, "\n")
	if len(b) == 0 || n <= 0 {
		return nil
	}
	lines := strings.Split(string(b), "\n")
	return lines[max(len(lines)-n, 0):]
}
