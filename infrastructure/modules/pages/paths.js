// The paths that people know are files in the bucket, as in src/ui.rs.
function handler(event) {
  var request = event.request;
  var path = request.uri;
  if (path === "/admin/") {
    return { statusCode: 308, headers: { location: { value: "/admin" } } };
  }
  if (path === "/") request.uri = "/participant.html";
  else if (path === "/admin") request.uri = "/admin.html";
  else if (/^\/j\/[^/]+$/.test(path)) request.uri = "/join.html";
  else if (/^\/run\/[^/]+$/.test(path)) request.uri = "/run.html";
  return request;
}
