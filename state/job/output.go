package job

// Outputs returns all that the service made: the clip and anything beside it.
func (j *Job) Outputs() []*Output {
	out := []*Output{&j.Output}
	for i := range j.More {
		out = append(out, &j.More[i])
	}
	return out
}

// Paths returns the files of a job that are on disk, the clip first.
func (j *Job) Paths() []string {
	var paths []string
	for _, o := range j.Outputs() {
		if o.Here() {
			paths = append(paths, o.Path)
		}
	}
	return paths
}

// Here reports whether an output was fetched. A path alone only claims the
// name.
func (o *Output) Here() bool { return o.Path != "" && o.Bytes > 0 }

// Troubled reports whether an open job failed to get through the last time, or
// is held, or whether a job is looked for or waits for a person's word on it.
func (j *Job) Troubled() bool {
	return j.State == Uncertain || j.State.Open() && (j.Fails > 0 || j.Waiting != "")
}
