package clients

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/WaveSpeedAI/wavespeed-go"
	"github.com/WaveSpeedAI/wavespeed-go/api"
	"github.com/volcengine/volcengine-go-sdk/service/arkruntime"
	"github.com/volcengine/volcengine-go-sdk/service/arkruntime/model"
)

// TestDroppedConnections counts the POSTs that a vendor's client sends for one
// order whose connection is dropped once the request has arrived. The proof
// prints the figures.
func TestDroppedConnections(t *testing.T) {
	for name, order := range map[string]func(base string){
		"wavespeed-go": func(base string) {
			c := api.NewClient(api.WithAPIKey("k"), api.WithBaseURL(base), api.WithRetryInterval(0.05))
			_, _ = c.Run(textModel, map[string]any{"prompt": "a lake", "duration": 2}, wavespeed.WithPollInterval(0.1)) // it must fail
		},
		"volcengine-go-sdk": func(base string) {
			text := "a lake"
			c := arkruntime.NewClientWithApiKey("k", arkruntime.WithBaseUrl(base+"/api/v3"))
			_, _ = c.CreateContentGenerationTask(t.Context(), model.CreateContentGenerationTaskRequest{
				Model: arkModel, Content: []*model.CreateContentGenerationContentItem{{Type: model.ContentGenerationContentItemTypeText, Text: &text}},
			}) // it must fail
		},
	} {
		var posts atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				_, _ = io.Copy(io.Discard, r.Body) // it has arrived
				posts.Add(1)
			}
			panic(http.ErrAbortHandler)
		}))
		order(s.URL)
		s.Close()
		if posts.Load() == 0 {
			t.Errorf("%s sent nothing", name)
		}
		t.Logf("dropped: %s %d", name, posts.Load())
	}
}
