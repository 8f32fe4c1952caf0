//! nginx as a peer: files, or in front of a server that cannot compress.

use super::tied::{Tied, tied};
use anyhow::Result;
use std::{fs, path::Path};

/// What it answers with.
pub enum Part<'a> {
    /// The files below a folder, open ones remembered.
    Files(&'a Path),
    /// Files that are replaced meanwhile.
    Changing(&'a Path),
    /// The answers of the server on this port, gzipped.
    Before(u16),
}

/// Starts it on a port, with its own files in a folder.
///
/// # Errors
/// It is not installed, or does not listen.
pub fn start(folder: &Path, port: u16, part: &Part<'_>) -> Result<Tied> {
    let own = folder.join(format!("nginx-{port}"));
    fs::create_dir_all(&own)?;
    let own_text = own.display();
    let answer = match part {
        Part::Files(root) => format!("root {}; open_file_cache max=1000;", root.display()),
        Part::Changing(root) => format!("root {};", root.display()),
        Part::Before(behind) => format!(
            "location / {{ proxy_pass http://127.0.0.1:{behind}; proxy_set_header Host $http_host;\n\
             client_max_body_size 100m; gzip on; gzip_comp_level 6; gzip_proxied any; gzip_types application/json; }}"
        ),
    };
    // The tree is its owner's alone, so the workers must be the owner.
    let config = format!(
        "user root; daemon off; worker_processes auto; pid {own_text}/pid; error_log {own_text}/error.log;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ access_log off; sendfile on; keepalive_requests 1000000;\n\
         client_body_temp_path {own_text}/b; proxy_temp_path {own_text}/p; fastcgi_temp_path {own_text}/f;\n\
         uwsgi_temp_path {own_text}/u; scgi_temp_path {own_text}/s;\n\
         server {{ listen 127.0.0.1:{port}; {answer} }} }}\n"
    );
    let file = own.join("nginx.conf");
    fs::write(&file, config)?;
    Tied::server(
        tied("nginx")
            .arg("-c")
            .arg(&file)
            .stderr(std::process::Stdio::null()),
        port,
    )
}
