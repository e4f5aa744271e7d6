package term

// process holds the facts that decide whether a stopped process can be
// continued.
type process struct {
	pid, group, session        int
	parentGroup, parentSession int
}

// canSuspend reports whether a shell with job control waits for us: our parent
// is in our session and in another process group. Under "ssh host program"
// there is none, and a suspended program would never come back.
func (p process) canSuspend() bool {
	return p.session == p.parentSession && p.group != p.parentGroup && p.session != p.pid
}
