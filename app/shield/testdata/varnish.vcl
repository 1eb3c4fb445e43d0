vcl 4.1;

# A shield in front of Pubpoint, for Varnish: /etc/varnish/default.vcl. Start varnishd with
# -a :80 -s malloc,SIZE. Written by pubpointd shield varnish; docs/shield.md explains it.

import directors;
import std;

# What tells that an origin has come back, or is gone.
probe pubpoint_clock {
    .url = "/time";
    .interval = 2s;
    .timeout = 1s;
    .window = 3;
    .threshold = 2;
    .initial = 2;
}

backend origin1 {
    .host = "127.0.0.1";
    .port = "8088";
    .connect_timeout = 1s;
    # Longer than any request is held.
    .first_byte_timeout = 45s;
    .between_bytes_timeout = 45s;
    .probe = pubpoint_clock;
}

sub vcl_init {
    # The first that is well: two that take turns would be a few milliseconds apart, and players
    # would see a manifest go back.
    new pubpoint = directors.fallback();
    pubpoint.add_backend(origin1);
}

sub vcl_recv {
    set req.backend_hint = pubpoint.backend();
    # A browser that may not ask without asking first does so for each address.
    if (req.method == "OPTIONS") {
        return (synth(204));
    }
    if (req.method != "GET" && req.method != "HEAD") {
        # Encoders post to the origin itself.
        return (synth(405, "Method Not Allowed"));
    }
    unset req.http.Cookie;
    # Pages for people, their live facts, the clock, and signed links (?key=), which are only a way to an
    # address of their own.
    if (req.url ~ "[?&]key=" || req.url ~ "(?i)^(/|/time|.*\.isml/|.*/~[A-Za-z0-9_-]+/|.*/Events\([^/]*\)/|.*/facts\.json)(\?.*)?$") {
        return (pass);
    }
    # The query parameters that change an answer, in one order. All others (cache busters, CMCD,
    # hdcore) reach neither key nor origin. Smooth Streaming by query (N.ism?bitrate=B&NAME=T) has the
    # stream's name as a key: there all of it counts.
    if (req.url ~ "\?" && req.url !~ "[?&]bitrate=") {
        set req.http.X-Pubpoint-Query = "";
        if (req.url ~ "[?&]_HLS_msn=[^&]") {
            set req.http.X-Pubpoint-Query = req.http.X-Pubpoint-Query + "&_HLS_msn=" + regsub(req.url, "^[^?]*\?(?:.*&)?_HLS_msn=([^&]*).*$", "\1");
        }
        if (req.url ~ "[?&]_HLS_part=[^&]") {
            set req.http.X-Pubpoint-Query = req.http.X-Pubpoint-Query + "&_HLS_part=" + regsub(req.url, "^[^?]*\?(?:.*&)?_HLS_part=([^&]*).*$", "\1");
        }
        if (req.url ~ "[?&]_HLS_skip=[^&]") {
            set req.http.X-Pubpoint-Query = req.http.X-Pubpoint-Query + "&_HLS_skip=" + regsub(req.url, "^[^?]*\?(?:.*&)?_HLS_skip=([^&]*).*$", "\1");
        }
        if (req.url ~ "[?&]dvr_window_length=[^&]") {
            set req.http.X-Pubpoint-Query = req.http.X-Pubpoint-Query + "&dvr_window_length=" + regsub(req.url, "^[^?]*\?(?:.*&)?dvr_window_length=([^&]*).*$", "\1");
        }
        if (req.url ~ "[?&]time_shift=[^&]") {
            set req.http.X-Pubpoint-Query = req.http.X-Pubpoint-Query + "&time_shift=" + regsub(req.url, "^[^?]*\?(?:.*&)?time_shift=([^&]*).*$", "\1");
        }
        if (req.url ~ "[?&]manifest=[^&]") {
            set req.http.X-Pubpoint-Query = req.http.X-Pubpoint-Query + "&manifest=" + regsub(req.url, "^[^?]*\?(?:.*&)?manifest=([^&]*).*$", "\1");
        }
        if (req.url ~ "[?&]key=[^&]") {
            set req.http.X-Pubpoint-Query = req.http.X-Pubpoint-Query + "&key=" + regsub(req.url, "^[^?]*\?(?:.*&)?key=([^&]*).*$", "\1");
        }
        set req.url = regsub(req.url, "\?.*$", "") + regsub(req.http.X-Pubpoint-Query, "^&", "?");
        unset req.http.X-Pubpoint-Query;
    }
    # An expired manifest may stand in while the new one is on its way, for a second; and for six
    # when no origin is well, or none has answered (vcl_deliver). Any longer, and players would
    # wait at a dead server's manifest instead of turning to another.
    set req.grace = 6s;
    if (std.healthy(req.backend_hint) && req.restarts == 0) {
        set req.grace = 1s;
    }
    return (hash);
}

sub vcl_hash {
    # What is kept does not depend on what a viewer calls this server.
    hash_data(req.url);
    return (lookup);
}

sub vcl_backend_fetch {
    set bereq.http.Host = "127.0.0.1:8088";
    set bereq.http.Surrogate-Capability = {"varnish="Pubpoint/1.0""};
}

sub vcl_backend_response {
    # How long an expired manifest may be kept to stand in, as the origin says.
    set beresp.grace = 0s;
    if (beresp.status == 200 && beresp.http.Cache-Control ~ "stale-if-error=[0-9]+") {
        set beresp.grace = std.duration(regsub(beresp.http.Cache-Control, "^.*stale-if-error=([0-9]+).*$", "\1s"), 0s);
    }
    set beresp.http.Cache-Control = regsub(beresp.http.Cache-Control, ", stale-.*$", "");
    # Not by Varnish's own rules: what the origin wants kept for a moment (412, 503) may be.
    if (beresp.http.Cache-Control ~ "^max-age=1$") {
        set beresp.ttl = 1s;
    }
    # Media that is still arriving is passed on to everybody as it arrives.
    set beresp.do_stream = true;
    return (deliver);
}

sub vcl_backend_error {
    # What there is stays.
    if (bereq.is_bgfetch) {
        return (abandon);
    }
    # Browsers are let in also to what this server says by itself.
    set beresp.http.Access-Control-Allow-Origin = "*";
    set beresp.http.X-Pubpoint-Failed = "1";
    return (deliver);
}

sub vcl_deliver {
    # Nobody has answered: is there something that may stand in?
    if (resp.http.X-Pubpoint-Failed) {
        if (req.restarts == 0) {
            return (restart);
        }
        unset resp.http.X-Pubpoint-Failed;
    }
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
    unset resp.http.Via;
    unset resp.http.X-Varnish;
}

sub vcl_synth {
    set resp.http.Access-Control-Allow-Origin = "*";
    if (resp.status == 204) {
        set resp.http.Access-Control-Allow-Methods = "GET, HEAD, OPTIONS";
        set resp.http.Access-Control-Allow-Headers = "Accept, Cache-Control, Content-Type, If-Modified-Since, If-None-Match, Origin, Range, CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status";
        set resp.http.Access-Control-Max-Age = "86400";
        return (deliver);
    }
    if (resp.status == 405) {
        set resp.http.Allow = "GET, HEAD, OPTIONS";
        set resp.http.Connection = "close";
    }
}
