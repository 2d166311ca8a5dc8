/* The part of Vega that the book's charts use, as one classic script: window.bookVega.
   Left out of the full Vega: force, voronoi, word cloud, hierarchy, regression, label, contour and heat map,
   most projections, the tooltip package (the page has its own).
   Where Vega makes a function from text it asks window.bookFunction (see build.mjs), which the page provides. */
import {extend, Warn} from 'vega-util';
import {changeset, transforms} from 'vega-dataflow';
import * as basic from 'vega-transforms';
import * as layout from 'vega-view-transforms';
import * as encode from 'vega-encode';
import {loader} from 'vega-loader';
import {parse} from 'vega-parser';
import {Handler} from 'vega-scenegraph';
import {View} from 'vega-view';
import {expressionInterpreter} from 'vega-interpreter';

// Two packages come by the file: whole, they would bring what is left out.
import resolvefilter from './node_modules/vega-crossfilter/src/ResolveFilter.js';
import geojson from './node_modules/vega-geo/src/GeoJSON.js';
import geopath from './node_modules/vega-geo/src/GeoPath.js';
import geopoint from './node_modules/vega-geo/src/GeoPoint.js';
import geoshape from './node_modules/vega-geo/src/GeoShape.js';
import graticule from './node_modules/vega-geo/src/Graticule.js';
import projection from './node_modules/vega-geo/src/Projection.js';

extend(transforms, basic, layout, encode, {resolvefilter, geojson, geopath, geopoint, geoshape, graticule, projection});

window.bookVega = {parse, View, expressionInterpreter, Warn, loader, Handler, changeset, version: VEGA_VERSION};
