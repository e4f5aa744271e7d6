package frames_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/assets"
	"seedreel/state/frames"
)

func whole(b []byte) error { return frames.Whole(bytes.NewReader(b), int64(len(b))) }

// Every built-in clip passes, or nothing would ever be saved.
func TestWholeClips(t *testing.T) {
	t.Parallel()
	for _, class := range assets.ClipClasses() {
		if err := whole(sample(t, class)); err != nil {
			t.Errorf("%s: %v", class, err)
		}
	}
	b := sample(t, "416x960")
	padded := append(slices.Clone(b), "\x00\x00\x00\x10freepadding."...)
	for name, b := range map[string][]byte{
		"index last": rebuilt(t, b, false), "in fragments": rebuilt(t, b, true), "a box behind the film": padded,
	} {
		if err := whole(b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// rebuilt writes a clip in another form: its index after the pictures, or in
// fragments of one picture each.
func rebuilt(t testing.TB, b []byte, fragmented bool) []byte {
	t.Helper()
	f, err := mp4.DecodeFile(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	encode := func(b mp4.Box) {
		if err := b.Encode(&out); err != nil {
			t.Fatal(err)
		}
	}
	encode(f.Ftyp)
	if !fragmented {
		stco := f.Moov.Trak.Mdia.Minf.Stbl.Stco
		moved := int64(out.Len()) - int64(f.Mdat.StartPos)
		for i := range stco.ChunkOffset {
			stco.ChunkOffset[i] = uint32(int64(stco.ChunkOffset[i]) + moved)
		}
		encode(f.Mdat)
		encode(f.Moov)
		return out.Bytes()
	}
	table := f.Moov.Trak.Mdia.Minf.Stbl
	samples := make([]mp4.FullSample, 0, 48)
	for i := uint32(1); i <= table.Stsz.GetNrSamples(); i++ {
		var one bytes.Buffer
		if err := f.CopySampleData(&one, nil, f.Moov.Trak, i, i, nil); err != nil {
			t.Fatal(err)
		}
		flags := mp4.NonSyncSampleFlags
		if table.Stss.IsSyncSample(i) {
			flags = mp4.SyncSampleFlags
		}
		samples = append(samples, mp4.FullSample{Sample: mp4.Sample{Flags: flags, Dur: 512, Size: uint32(one.Len())}, DecodeTime: uint64(i) * 512, Data: one.Bytes()})
	}
	init := mp4.CreateEmptyInit()
	init.AddEmptyTrack(12288, "video", "und")
	init.Moov.Trak.Mdia.Minf.Stbl.Stsd = table.Stsd
	init.Moov.Trak.Mdia.Minf.Stbl.Children[0] = table.Stsd
	encode(init.Moov)
	for i := range samples {
		fragment, err := mp4.CreateFragment(uint32(i+1), init.Moov.Trak.Tkhd.TrackID)
		if err != nil {
			t.Fatal(err)
		}
		fragment.AddFullSample(samples[i])
		if err := fragment.Encode(&out); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

// A clip that lost its end at any point, or has zeros anywhere in its pictures,
// is rejected: the length that a server announced proves nothing.
func TestDamagedClips(t *testing.T) {
	t.Parallel()
	b := sample(t, "416x960")
	for name, b := range map[string][]byte{"as it is": b, "index last": rebuilt(t, b, false), "in fragments": rebuilt(t, b, true)} {
		for n := len(b) - 1; n > 0; n -= 1 + len(b)/300 {
			if err := whole(b[:n]); err == nil && !lostNothing(t, b, n) {
				t.Errorf("%s: %d of %d bytes pass", name, n, len(b))
			}
			if err := whole(append(slices.Clone(b[:n]), make([]byte, len(b)-n)...)); err == nil && len(b)-n > 128 {
				t.Errorf("%s: zeros from %d to the end pass", name, n)
			}
		}
		from := bytes.Index(b, []byte("mdat")) + 4
		for at := from; at+4096 < len(b); at += 1024 {
			holed := slices.Clone(b)
			clear(holed[at : at+4096])
			if whole(holed) == nil {
				t.Errorf("%s: 4096 zeros at %d pass", name, at)
			}
		}
	}
}

// lostNothing reports whether the part cut off held no picture: in a fragmented
// file every fragment is complete by itself, and they are not counted anywhere.
func lostNothing(t *testing.T, b []byte, n int) bool {
	t.Helper()
	f, err := mp4.DecodeFile(bytes.NewReader(b[:n]))
	return err == nil && f.IsFragmented()
}

// Damage other than a cut, one thing wrong at a time.
func TestClipsThatCannotPlay(t *testing.T) {
	t.Parallel()
	b := sample(t, "416x960")
	at := func(kind string, off int) int { return bytes.Index(b, []byte(kind)) + 4 + off }
	put := func(i int, v uint32) func([]byte) { return func(b []byte) { binary.BigEndian.PutUint32(b[i:], v) } }
	first := int(binary.BigEndian.Uint32(b[at("stco", 8):]))
	for name, harm := range map[string]func([]byte){
		"zeros in boxes":                func(b []byte) { clear(b[at("mdat", 0):]) },
		"the index points far away":     put(at("stco", 8), 1<<31),
		"the index points at the index": put(at("stco", 8), 100),
		"one byte beside":               put(at("stco", 8), uint32(first+1)),
		"a sample of 4 GB":              put(at("stsz", 12), 1<<32-1),
		"a sample shorter than it is":   put(at("stsz", 12), 64),
		"no chunk":                      put(at("stsc", 8), 2),
		"no sample in a chunk":          put(at("stsc", 12), 0),
		"the first needs others":        put(at("stss", 8), 2),
		"no parameters":                 func(b []byte) { copy(b[at("avcC", -4):], "free") },
		"blank parameters":              func(b []byte) { clear(b[at("avcC", 8):at("avcC", 16)]) },
		"an unknown unit first":         func(b []byte) { b[first+4] = 0x80 },
		"a P picture first":             func(b []byte) { b[first+4], b[first+5] = 0x41, 0xc0 },
		"no picture track":              func(b []byte) { copy(b[at("hdlr", 8):], "soun") },
	} {
		c := slices.Clone(b)
		harm(c)
		if bytes.Equal(b, c) {
			t.Fatalf("%s: nothing was changed", name)
		}
		if err := whole(c); frames.ProblemOf(err) != frames.Broken && frames.ProblemOf(err) != frames.Cut {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, b := range map[string][]byte{
		"nothing": nil, "8 bytes": []byte("\x00\x00\x00\x08ftyp"), "rubbish": []byte("rubbish!"), "boxes within boxes": nested(1 << 16),
		"head and blank data": []byte("\x00\x00\x00\x10ftypisom\x00\x00\x02\x00\x00\x00\x00\x0cmdat\x00\x00\x00\x00"),
	} {
		if err := whole(b); frames.ProblemOf(err) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzWhole: no bytes may make the check panic, hang or allocate much.
func FuzzWhole(f *testing.F) {
	b := sample(f, "416x960")
	f.Add(b[:bytes.Index(b, []byte("mdat"))+400])
	f.Add(nested(1000))
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := whole(b); err != nil && frames.ProblemOf(err) == 0 {
			t.Fatalf("the error is not one of ours: %v", err)
		}
	})
}
