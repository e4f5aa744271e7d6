package clients

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/volcengine/volcengine-go-sdk/service/arkruntime"
	"github.com/volcengine/volcengine-go-sdk/service/arkruntime/model"
)

// arkModel is one that takes commands in its text: the SDK knows no other way
// to choose a size or a length.
const arkModel = "seedance-1-0-pro-250528"

func arkClient(t *testing.T) *arkruntime.Client {
	t.Helper()
	base := os.Getenv("SIMULATOR")
	if base == "" {
		t.Skip("SIMULATOR names no simulator to run against")
	}
	return arkruntime.NewClientWithApiKey("practice-ark-"+t.Name(), arkruntime.WithBaseUrl(base+"/api/v3"))
}

func arkTask(t *testing.T, c *arkruntime.Client, text, image string) string {
	t.Helper()
	last := true
	r := model.CreateContentGenerationTaskRequest{Model: arkModel, ReturnLastFrame: &last}
	r.Content = append(r.Content, &model.CreateContentGenerationContentItem{Type: model.ContentGenerationContentItemTypeText, Text: &text})
	if image != "" {
		r.Content = append(r.Content, &model.CreateContentGenerationContentItem{
			Type: model.ContentGenerationContentItemTypeImage, ImageURL: &model.ImageURL{URL: image},
		})
	}
	made, err := c.CreateContentGenerationTask(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

func arkEnd(t *testing.T, c *arkruntime.Client, id string) model.GetContentGenerationTaskResponse {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		got, err := c.GetContentGenerationTask(ctx, model.GetContentGenerationTaskRequest{ID: id})
		if err != nil {
			t.Fatal(err)
		}
		if got.Status != model.StatusQueued && got.Status != model.StatusRunning {
			return got
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s is still %s", id, got.Status)
		}
	}
}

func TestArkClipByCommands(t *testing.T) {
	c := arkClient(t)
	got := arkEnd(t, c, arkTask(t, c, "a lake --rs 480p --dur 3 --rt 9:16 --seed 7", ""))
	// 480 x 864 pixels by 1024, times 73 frames.
	if got.Status != model.StatusSucceeded || got.Usage.CompletionTokens != 29565 || got.Seed == nil || *got.Seed != 7 || got.Model != arkModel {
		t.Fatalf("%+v", got)
	}
	if body := get(t, got.Content.VideoURL); len(body) < 8 || !bytes.Equal(body[4:8], []byte("ftyp")) {
		t.Errorf("%d bytes that are no clip", len(body))
	}
	size, err := png.DecodeConfig(bytes.NewReader(get(t, got.Content.LastFrameURL)))
	if err != nil || size.Width != 480 || size.Height != 864 {
		t.Errorf("the last frame is %dx%d, %v", size.Width, size.Height, err)
	}
}

func TestArkImageWithoutRole(t *testing.T) {
	c := arkClient(t)
	if got := arkEnd(t, c, arkTask(t, c, "it moves --rs 480p --dur 2", "https://example.invalid/a.png")); got.Status != model.StatusSucceeded {
		t.Errorf("%+v", got)
	}
}

func TestArkRefusals(t *testing.T) {
	c := arkClient(t)
	for text, want := range map[string]string{
		"a lake --dur 99":       "InvalidParameter",
		"simulate refused text": "InputTextSensitiveContentDetected",
	} {
		_, err := c.CreateContentGenerationTask(t.Context(), model.CreateContentGenerationTaskRequest{
			Model: arkModel, Content: []*model.CreateContentGenerationContentItem{{Type: model.ContentGenerationContentItemTypeText, Text: &text}},
		})
		var e *model.APIError
		if !errors.As(err, &e) || e.Code != want || e.HTTPStatusCode != http.StatusBadRequest {
			t.Errorf("%s: %v", text, err)
		}
	}
	got := arkEnd(t, c, arkTask(t, c, "simulate moderation --rs 480p --dur 2", ""))
	if got.Status != model.StatusFailed || got.Error == nil || got.Error.Code != "OutputVideoSensitiveContentDetected" {
		t.Errorf("%+v", got)
	}
}

func TestArkListAndDelete(t *testing.T) {
	c := arkClient(t)
	done := arkTask(t, c, "a lake --rs 480p --dur 2", "")
	arkEnd(t, c, done)
	failed := arkTask(t, c, "simulate failure --rs 480p --dur 2", "")
	arkEnd(t, c, failed)
	waits := arkTask(t, c, "simulate slow --rs 1080p --dur 12", "")
	remove := func(id string) error {
		return c.DeleteContentGenerationTask(t.Context(), model.DeleteContentGenerationTaskRequest{ID: id})
	}
	if err := remove(waits); err != nil {
		t.Error(err)
	}
	if got := arkEnd(t, c, waits); got.Status != model.StatusCancelled {
		t.Errorf("%+v", got)
	}
	if err := remove(waits); err == nil {
		t.Error("one that was called off was deleted")
	}
	list := func(f *model.ListContentGenerationTasksFilter) []model.ListContentGenerationTaskItem {
		one, size := 1, 10
		got, err := c.ListContentGenerationTasks(t.Context(), model.ListContentGenerationTasksRequest{PageNum: &one, PageSize: &size, Filter: f})
		if err != nil || int(got.Total) != len(got.Items) {
			t.Fatal(got, err)
		}
		return got.Items
	}
	status := model.StatusFailed
	if got := list(&model.ListContentGenerationTasksFilter{Status: &status}); len(got) != 1 || got[0].ID != failed || got[0].FailureReason == nil {
		t.Errorf("%+v", got)
	}
	if got := list(&model.ListContentGenerationTasksFilter{TaskIDs: []*string{&done, &waits}}); len(got) != 2 || got[0].ID != waits {
		t.Errorf("%+v", got)
	}
	if err := remove(done); err != nil {
		t.Error(err)
	}
	if got := list(nil); len(got) != 2 {
		t.Errorf("%+v", got)
	}
}
