package server

import (
	"crypto/subtle"
	"net/http"
	"strings"
)

// guard lets through what comes from the page itself, or from who was given the address:
//
//   - a name in Host that is not ours is that of another site whose name was bound to this machine's
//     address, under which its scripts would be of our origin (421);
//   - an Origin that is not ours is a page of another site, or one without any ("null"), that asks on
//     its own (403);
//   - without the token, which they cannot know, other programs and users of this machine find
//     nothing (404).
//
// The headers keep the page out of other pages' frames and scripts, have it run no script but its own
// files, and ask no other server; nothing is stored, and the address is told to nobody.
func (s *Server) guard(next http.Handler) http.Handler {
	policy := strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:",
		"connect-src 'self' ws://" + s.host, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
	}, "; ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if r.Host != s.host {
			http.Error(w, "this is not the server of that name", http.StatusMisdirectedRequest)
			return
		}
		for _, origin := range r.Header.Values("Origin") {
			if origin != s.origin() {
				http.Error(w, "pages of other origins have no access", http.StatusForbidden)
				return
			}
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "only GET", http.StatusMethodNotAllowed)
			return
		}
		token, name, found := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if subtle.ConstantTimeCompare([]byte(token), []byte(s.token)) != 1 || !found {
			http.NotFound(w, r)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxMessage)
		r.URL.Path = name
		next.ServeHTTP(w, r)
	})
}

// origin is that of the page.
func (s *Server) origin() string { return "http://" + s.host }
