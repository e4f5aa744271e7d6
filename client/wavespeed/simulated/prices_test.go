package simulated

import (
	"strings"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
)

func TestFormulas(t *testing.T) {
	t.Parallel()
	c := clienttest.Catalogue(t)
	for id, want := range map[string]string{
		"wavespeed-ai/prompt-optimizer": `{"total_price": 0.001}`,
		"bytedance/seedance-v1-pro-fast/text-to-video": `{"total_price": resolution = "480p" ? base_price * duration / 5 : (` +
			`resolution = "720p" ? 0.024 * duration : (resolution = "1080p" ? 0.048 * duration : (base_price)))}`,
		"bytedance/seedance-v1.5-pro/video-extend-fast": "",
	} {
		m := c.Model(catalogue.Ref{Provider: ID, ID: id})
		if got := formulaOf(m); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	m := c.Model(catalogue.Ref{Provider: ID, ID: "bytedance/seedance-2.0/text-to-video"})
	if got := formulaOf(m); !strings.Contains(got, "$exists(reference_videos) = true") || strings.Count(got, "(") != strings.Count(got, ")") {
		t.Errorf("formula %s", got)
	}
}
