package words

import (
	"strings"
	"testing"

	"seedreel/state/job"
)

// TestModerationNamesTheInput: what was refused is what has to be changed.
func TestModerationNamesTheInput(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"InputTextSensitiveContentDetected": "refused the prompt", "InputImageSensitiveContentDetected": "refused an image",
		"InputVideoSensitiveContentDetected": "refused the video given", "OutputVideoSensitiveContentDetected": "refused the clip",
		"OutputAudioSensitiveContentDetected": "refused the sound of the clip", "1200": "refused it",
	} {
		a := Of(&job.Job{State: job.Failed, Reason: job.ReasonModeration, ErrorCode: code})
		if !strings.Contains(string(a.What), want) || a.Next == "" {
			t.Errorf("%s: %q, want %q", code, a.What, want)
		}
	}
}
