package words

import (
	"strings"
	"testing"

	"seedreel/state/job"
	"seedreel/views/keymap"
)

// TestModerationNamesTheInput checks that the refused input is the one to
// change.
func TestModerationNamesTheInput(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"InputTextSensitiveContentDetected": "refused the prompt", "InputImageSensitiveContentDetected": "refused an image",
		"InputVideoSensitiveContentDetected": "refused the video given", "OutputVideoSensitiveContentDetected": "refused the clip",
		"OutputAudioSensitiveContentDetected": "refused the sound of the clip", "1200": "refused it",
	} {
		j := &job.Job{State: job.Failed, Reason: job.ReasonModeration, ErrorCode: code}
		if what := What(j); !strings.Contains(string(what), want) || Next(j, keymap.New()) == "" {
			t.Errorf("%s: %q, want %q", code, what, want)
		}
	}
}
