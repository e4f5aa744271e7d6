// Package clients runs the vendor's Go module, unmodified, against a simulator
// that serves at SIMULATOR, with the picture PICTURE. It is a module of its
// own, so that the program does not depend on the vendor's.
package clients

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/WaveSpeedAI/wavespeed-go"
	"github.com/WaveSpeedAI/wavespeed-go/api"
)

const (
	textModel  = "bytedance/seedance-v1-lite-t2v-480p"
	imageModel = "bytedance/seedance-v1-lite-i2v-480p"
	optimizer  = "wavespeed-ai/prompt-optimizer"
)

func client(t *testing.T) *api.Client {
	t.Helper()
	base := os.Getenv("SIMULATOR")
	if base == "" {
		t.Skip("SIMULATOR names no simulator to run against")
	}
	return api.NewClient(api.WithAPIKey("practice-go"), api.WithBaseURL(base), api.WithRetryInterval(0.1))
}

func isClip(t *testing.T, out map[string]any) {
	t.Helper()
	link, ok := out["outputs"].([]any)[0].(string)
	if !ok {
		t.Fatalf("outputs %v", out)
	}
	body := get(t, link)
	if len(body) < 8 || !bytes.Equal(body[4:8], []byte("ftyp")) {
		t.Errorf("%s: %d bytes that are no clip", link, len(body))
	}
}

func get(t *testing.T, link string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", link, res.StatusCode, err)
	}
	return body
}

func TestTextToClip(t *testing.T) {
	out, err := client(t).Run(textModel, map[string]any{"prompt": "a lake", "duration": 2}, wavespeed.WithPollInterval(0.1))
	if err != nil {
		t.Fatal(err)
	}
	isClip(t, out)
}

func TestUploadToClip(t *testing.T) {
	c, picture := client(t), os.Getenv("PICTURE")
	link, err := c.Upload(picture)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(picture)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(get(t, link), want) {
		t.Error("the upload is not the file")
	}
	out, err := c.Run(imageModel, map[string]any{"prompt": "waves", "image": link, "duration": 2}, wavespeed.WithPollInterval(0.1))
	if err != nil {
		t.Fatal(err)
	}
	isClip(t, out)
}

func TestSyncMode(t *testing.T) {
	out, err := client(t).Run(optimizer, map[string]any{"text": "a lake", "mode": "video"}, wavespeed.WithSyncMode(true))
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := out["outputs"].([]any)[0].(string); !strings.HasPrefix(text, "A lake.") {
		t.Errorf("outputs %v", out)
	}
}

func TestRefusals(t *testing.T) {
	c := client(t)
	got := c.RunNoThrow(textModel, map[string]any{"prompt": "simulate moderation", "duration": 2}, wavespeed.WithPollInterval(0.1))
	if got.Outputs != nil || got.Detail.TaskID == "" || !strings.Contains(got.Detail.Error, "potentially sensitive") {
		t.Errorf("moderation: %+v", got)
	}
	if _, err := c.Run(textModel, map[string]any{"duration": 2}); err == nil || !strings.Contains(err.Error(), "prompt") {
		t.Errorf("without a prompt: %v", err)
	}
}
