//! The QR code that phones scan to join.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{Data, Path},
};
use fast_qr::{
    ECL, QRBuilder, QRCode,
    convert::{Builder, Shape, svg::SvgBuilder},
};

use super::{auth::path_session, problem::Problem};
use crate::app::App;

/// Quiet zone around the code: four modules, by ISO/IEC 18004.
const QUIET: usize = 4;
/// Pixels of a module in the PNG: readable when printed on a slide.
const MODULE_PX: usize = 10;

/// The joining QR code as SVG
#[utoipa::path(
    tag = "joining",
    operation_id = "qr_svg",
    responses((status = 200, content_type = "image/svg+xml", body = String)),
)]
#[get("/sessions/{id}/qr.svg")]
pub async fn svg(
    app: Data<App>,
    request: HttpRequest,
    _: Path<String>,
) -> Result<HttpResponse, Problem> {
    let code = qr(&app, &request).await?;
    let svg = SvgBuilder::default().shape(Shape::Square).margin(QUIET).to_str(&code);
    Ok(cached("image/svg+xml").body(svg))
}

/// The joining QR code as PNG
#[utoipa::path(
    tag = "joining",
    operation_id = "qr_png",
    responses((status = 200, content_type = "image/png", body = Vec<u8>)),
)]
#[get("/sessions/{id}/qr.png")]
pub async fn png(
    app: Data<App>,
    request: HttpRequest,
    _: Path<String>,
) -> Result<HttpResponse, Problem> {
    let code = qr(&app, &request).await?;
    let png = draw(&code).map_err(|_| Problem::internal())?;
    Ok(cached("image/png").body(png))
}

fn cached(content_type: &'static str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .content_type(content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"));
    response
}

async fn qr(app: &App, request: &HttpRequest) -> Result<QRCode, Problem> {
    app.throttles.look_up(app.sender(request), app.now())?;
    let session = path_session(request)?;
    let row = app.store.session(session).await?.ok_or_else(|| Problem::not_found("session"))?;
    encode(&app.join_url(&row.code)).ok_or_else(Problem::internal)
}

/// A QR code of a short text.
#[must_use]
pub fn encode(text: &str) -> Option<QRCode> {
    QRBuilder::new(text).ecl(ECL::M).build().ok()
}

/// Draws a code in black on white, one bit for each pixel.
fn draw(code: &QRCode) -> Result<Vec<u8>, ::png::EncodingError> {
    let side = (code.size + 2 * QUIET) * MODULE_PX;
    let mut rows = Vec::with_capacity(side * side.div_ceil(8));
    for y in 0..side {
        let mut row = vec![0xff_u8; side.div_ceil(8)];
        for x in (0..side).filter(|x| is_dark(code, *x, y)) {
            row[x / 8] &= !(0x80 >> (x % 8));
        }
        rows.extend_from_slice(&row);
    }
    let mut image = vec![];
    let side = u32::try_from(side).unwrap_or(u32::MAX);
    let mut encoder = ::png::Encoder::new(&mut image, side, side);
    encoder.set_color(::png::ColorType::Grayscale);
    encoder.set_depth(::png::BitDepth::One);
    encoder.write_header()?.write_image_data(&rows)?;
    Ok(image)
}

fn is_dark(code: &QRCode, x: usize, y: usize) -> bool {
    let module = |pixel: usize| (pixel / MODULE_PX).checked_sub(QUIET).filter(|at| *at < code.size);
    match (module(x), module(y)) {
        (Some(column), Some(line)) => code[line][column].value(),
        _ => false,
    }
}
