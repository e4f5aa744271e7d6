package aimlapi

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"seedreel/client"
	"seedreel/client/rest"
)

func offline(t *testing.T) *Provider {
	t.Helper()
	p, err := New(rest.Config{Base: "https://api.aimlapi.com"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func file(kind string, data []byte) client.File {
	return client.File{
		Name: "a.png", MIME: kind, Size: int64(len(data)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
	}
}

func TestHandOverMakesADataURI(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte{0, 1, 254, 255}, 100_000)
	var last int64
	got, err := offline(t).HandOver(t.Context(), file("image/PNG", data), func(sent, total int64) {
		if sent < last || total != int64(len(data)) {
			t.Errorf("progress went from %d to %d of %d", last, sent, total)
		}
		last = sent
	})
	if want := "data:image/png;base64," + base64.StdEncoding.EncodeToString(data); err != nil || got != want {
		t.Errorf("HandOver = %.40q (%d), %v, want %.40q (%d)", got, len(got), err, want, len(want))
	}
	if last != int64(len(data)) {
		t.Errorf("progress ended at %d of %d", last, len(data))
	}
}

func TestHandOverRefuses(t *testing.T) {
	t.Parallel()
	data := []byte("picture")
	short, long, big, gone := file("image/png", data), file("image/png", data), file("image/png", data), file("image/png", data)
	short.Size++
	long.Size--
	big.Size = rest.MaxInline + 1
	gone.Open = func() (io.ReadCloser, error) { return nil, os.ErrNotExist }
	for name, tc := range map[string]struct {
		f    client.File
		want string
	}{
		"video":          {file("video/mp4", data), "takes images"},
		"no type":        {file("", data), "takes images"},
		"a type with ;":  {file("image/png;base64,AAAA", data), "takes images"},
		"empty":          {file("image/png", nil), "is empty"},
		"shorter by now": {short, "not as long"},
		"longer by now":  {long, "not as long"},
		"too big":        {big, "too big"},
		"gone":           {gone, os.ErrNotExist.Error()},
	} {
		got, err := offline(t).HandOver(t.Context(), tc.f, nil)
		if got != "" || client.KindOf(err) != client.KindInvalid || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: HandOver = %.40q, %v, want invalid and %v", name, got, err, tc.want)
		}
	}
}

func TestHandOverCanBeCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	data := []byte(strings.Repeat("x", 1<<20))
	_, err := offline(t).HandOver(ctx, file("image/png", data), func(int64, int64) { cancel() })
	if client.KindOf(err) != client.KindNotSent || !errors.Is(err, context.Canceled) {
		t.Errorf("HandOver = %v, want not sent and canceled", err)
	}
}
