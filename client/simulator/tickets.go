package simulator

import (
	"errors"
	"net/http"
	"sync"
	"time"
)

// ticketLife is how long the PUT address of an upload ticket works. The
// vendor's is not documented; a quarter of an hour is usual for signed links.
const ticketLife = 15 * time.Minute

// ticket is the permission to PUT one file.
type ticket struct {
	upload  upload
	expires time.Time
}

// tickets holds the unused permissions. They do not survive a restart: a
// client whose ticket is gone requests another.
type tickets struct {
	mu   sync.Mutex
	byID map[string]ticket
}

func newTickets() *tickets { return &tickets{byID: map[string]ticket{}} }

// add adds a ticket and removes expired ones.
func (t *tickets) add(id string, x ticket, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for old, o := range t.byID {
		if now.After(o.expires) {
			delete(t.byID, old)
		}
	}
	t.byID[id] = x
}

func (t *tickets) get(id string, now time.Time) (ticket, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	x, ok := t.byID[id]
	return x, ok && !now.After(x.expires)
}

// putTicket accepts the bytes of a ticket, like a storage service behind a
// signed link: exactly the announced headers and size, and no key of ours.
func (s *Simulator) putTicket(w http.ResponseWriter, r *http.Request) {
	t, ok := s.tickets.get(r.PathValue("id"), s.now())
	switch {
	case !ok:
		storageError(w, http.StatusForbidden, "AccessDenied", "Request has expired")
		return
	case r.Header.Get("Authorization") != "":
		storageError(w, http.StatusBadRequest, "InvalidArgument", "Only one auth mechanism allowed")
		return
	case r.Header.Get("Content-Type") != t.upload.Type:
		storageError(w, http.StatusForbidden, "SignatureDoesNotMatch", "The Content-Type is not the signed one")
		return
	}
	switch _, err := s.receive(t.upload, r.Body); {
	case errors.Is(err, ErrTooBig), errors.Is(err, errSize):
		storageError(w, http.StatusBadRequest, "EntityTooLarge", err.Error())
	case err != nil:
		storageError(w, http.StatusInternalServerError, "InternalError", "the file could not be stored")
	default:
		w.WriteHeader(http.StatusOK)
	}
}
