package film

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"seedreel/state/disk"
	"seedreel/state/frames"
)

const (
	// quality is x264's constant quality: no loss that is seen.
	quality = "16"
	// soundRate is the sample rate of sound that is encoded anew.
	soundRate = "48000"
	// maxWords bounds what is kept of ffmpeg's error output, in bytes.
	maxWords = 4 << 10
)

// encode lets ffmpeg write the film.
func (p *Plan) encode(ctx context.Context, tool *frames.Tool, f *disk.New, progress func(float64)) error {
	args, err := p.args(f.PartPath())
	if err != nil {
		return err
	}
	cmd := tool.Command(ctx, args...)
	var complaints bytes.Buffer
	cmd.Stderr = &short{&complaints}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return &Error{Text: "ffmpeg does not start", Err: err}
	}
	p.follow(out, progress)
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("joining clips: %w", context.Cause(ctx))
	case err != nil:
		return encodingError(strings.TrimSpace(complaints.String()), err)
	}
	return nil
}

func encodingError(complaint string, err error) error {
	err = fmt.Errorf("running ffmpeg: %w: %s", err, complaint)
	switch {
	case strings.Contains(complaint, "Unknown encoder"):
		return &Error{Text: "this ffmpeg cannot write H.264; install one that has libx264", Err: err}
	case strings.Contains(complaint, "No space left"):
		return &Error{Text: "the disk is full", Err: err}
	}
	return &Error{Text: "ffmpeg could not read one of the clips", Err: err}
}

// follow reads ffmpeg's reports until it ends.
func (p *Plan) follow(out io.Reader, progress func(float64)) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		text, ok := strings.CutPrefix(lines.Text(), "out_time_us=")
		if us, err := strconv.ParseInt(text, 10, 64); ok && err == nil && p.Length > 0 {
			done := float64(us) / float64(p.Length.Microseconds())
			progress(min(max(done, 0), 1))
		}
	}
	// A report that cannot be read is no failure of the film.
	_, _ = io.Copy(io.Discard, out)
}

// args returns the arguments of ffmpeg.
func (p *Plan) args(output string) ([]string, error) {
	a := []string{"-v", "error", "-nostdin", "-nostats", "-progress", "pipe:1"}
	var graph strings.Builder
	var lanes string
	for i, c := range p.clips {
		abs, err := filepath.Abs(c.path)
		if err != nil {
			return nil, &Error{Clip: i + 1, Text: "the clip cannot be read", Err: err}
		}
		a = append(a, "-protocol_whitelist", "file,pipe", "-i", "file:"+abs)
		graph.WriteString(p.pictureGraph(i))
		lanes += fmt.Sprintf("[v%d]", i)
		if p.Sound {
			graph.WriteString(p.soundGraph(i))
			lanes += fmt.Sprintf("[a%d]", i)
		}
	}
	sounds := 0
	if p.Sound {
		sounds = 1
	}
	fmt.Fprintf(&graph, "%sconcat=n=%d:v=1:a=%d[v]", lanes, len(p.clips), sounds)
	if p.Sound {
		graph.WriteString("[a]")
	}
	abs, err := filepath.Abs(output)
	if err != nil {
		return nil, writing(err)
	}
	a = append(a, "-filter_complex", graph.String(), "-map", "[v]", "-c:v", "libx264", "-preset", "medium", "-crf", quality, "-pix_fmt", "yuv420p",
		"-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-map_metadata", "-1")
	if p.Sound {
		a = append(a, "-map", "[a]", "-c:a", "aac", "-b:a", "192k")
	}
	return append(a, "-movflags", "+faststart", "-f", "mp4", "-y", "file:"+abs), nil
}

// lasts returns how long a clip is in the film.
func (p *Plan) lasts(i int) time.Duration {
	c := p.clips[i]
	d := c.facts.Duration
	if p.cut[i] && c.facts.FPS > 0 {
		d -= time.Duration(float64(time.Second) / c.facts.FPS)
	}
	return d
}

// pictureGraph returns the filters of one clip's pictures: the doubled one is
// cut, other shapes get bars, colours are the film's.
func (p *Plan) pictureGraph(i int) string {
	cut := ""
	if p.cut[i] {
		cut = fmt.Sprintf("trim=end_frame=%d,", p.clips[i].facts.Frames-1)
	}
	return fmt.Sprintf("[%d:v:0]%ssetpts=PTS-STARTPTS,scale=%d:%d:force_original_aspect_ratio=decrease:in_color_matrix=%s:out_color_matrix=bt709:out_range=tv"+
		":flags=bicubic+accurate_rnd+full_chroma_int,pad=%d:%d:(ow-iw)/2:(oh-ih)/2,setsar=1,fps=%s,format=yuv420p[v%d];",
		i, cut, p.Width, p.Height, frames.Matrix(p.clips[i].path), p.Width, p.Height, rate(p.FPS), i)
}

// rate returns a rate as a fraction that is exact for those of television.
func rate(fps float64) string {
	for _, whole := range []int{24, 30, 48, 60, 120} {
		if d := fps - float64(whole)*1000/1001; d > -0.002 && d < 0.002 {
			return strconv.Itoa(whole*1000) + "/1001"
		}
	}
	return strconv.FormatFloat(fps, 'f', 3, 64)
}

// soundGraph returns the filters of one clip's sound, as long as its pictures.
func (p *Plan) soundGraph(i int) string {
	length := strconv.FormatFloat(p.lasts(i).Seconds(), 'f', 6, 64)
	if !p.clips[i].facts.Sound {
		return fmt.Sprintf("anullsrc=r=%s:cl=stereo,atrim=0:%s,aformat=sample_fmts=fltp[a%d];", soundRate, length, i)
	}
	return fmt.Sprintf("[%d:a:0]asetpts=PTS-STARTPTS,aresample=%s,aformat=sample_fmts=fltp:channel_layouts=stereo,apad,atrim=0:%s[a%d];", i, soundRate, length, i)
}

// short keeps the beginning of what is written to it.
type short struct{ b *bytes.Buffer }

// Write never fails: a program that cannot write its errors would hang.
func (s *short) Write(p []byte) (int, error) {
	s.b.Write(p[:min(len(p), max(maxWords-s.b.Len(), 0))])
	return len(p), nil
}
